package import HoistwayModel

/// A delivery and the decisions on it.
package struct DeliveryView: Sendable, Codable, Equatable {
    package var id: Int64
    package var receiver: String
    package var senderID: String?
    package var receivedAt: Timestamp
    package var verdict: String
    package var state: DeliveryState
    package var reason: String
    package var nextTry: Timestamp?
    package var attempts: Int
    /// What kind of failure it was; only for a failed delivery.
    package var failureKind: DeliveryFailureKind?
    /// The failure, as values; `nil`: there was none.
    package var failure: FailureRecord?
    /// Each subscription's decision on each event; first those that still wait or have failed.
    ///
    /// The lines of each decision are in `trace`.
    package var decisions: [SubscriptionDecision]?
    /// The number of decisions that a list leaves out.
    package var furtherDecisions: Int?
    /// Headers that decoding needs, unchanged; only in the view of a single delivery.
    package var headers: [HeaderLine]?
    /// One line for each decision on its events; only in the view of a single delivery.
    package var trace: [String]

    /// The most decisions of one delivery in a list.
    package static let maxListedDecisions = 20

    /// - Parameter trace: `nil` in lists.
    package init(_ delivery: StoredDelivery, trace: [String]? = nil) {
        id = delivery.id.number
        receiver = delivery.receiver
        senderID = delivery.senderID
        receivedAt = delivery.receivedAt
        verdict = delivery.verdict
        state = delivery.state
        reason = delivery.reason
        nextTry = delivery.nextTry
        attempts = delivery.attempts
        failureKind = delivery.failureKind
        failure =
            delivery.decisions.first { $0.state != .decided && $0.failure != nil }?.failure
            ?? delivery.failureKind.map { kind in
                let sort: FailureKind =
                    switch kind {
                    case .sender: .malformed
                    case .internal: .local
                    case .outside, .configuration: .other
                    }
                return FailureRecord(.refused, kind: sort, message: delivery.reason)
            }
        let sorted =
            delivery.decisions.filter { $0.state != .decided } + delivery.decisions.filter { $0.state == .decided }
        let shown = trace == nil ? Array(sorted.prefix(Self.maxListedDecisions)) : sorted
        decisions = shown.map { decision in
            var view = decision
            view.trace = []
            return view
        }
        headers = trace == nil ? nil : delivery.headers
        furtherDecisions = shown.count < sorted.count ? sorted.count - shown.count : nil
        self.trace = trace.map { $0 + delivery.decisions.flatMap(\.trace) } ?? []
    }
}
