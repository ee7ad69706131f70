/// The position of a candidate relative to another one, in the order of its subscription.
package enum Age: Sendable, Equatable {
    case newer, older, same
}
