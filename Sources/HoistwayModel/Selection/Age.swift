/// How one candidate stands to another in the order of its subscription.
package enum Age: Sendable, Equatable {
    case newer, older, same
}
