/// Whether a tag is a candidate of a subscription.
package enum TagVerdict: Sendable, Equatable {
    case eligible
    /// The reason: a sentence for people, without a full stop.
    case rejected(String)

    package var isEligible: Bool { self == .eligible }

    package var reason: String {
        switch self {
        case .eligible: "it fits"
        case .rejected(let reason): reason
        }
    }
}
