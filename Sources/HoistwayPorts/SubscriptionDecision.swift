package import HoistwayModel

/// What sort of failure ended a delivery, or one subscription's part of it.
package enum DeliveryFailureKind: String, Sendable, Codable, CaseIterable {
    /// The body, or its event header, is not what the sender sends: deciding it again gives the same.
    case sender
    /// A registry or a Git server refused for good.
    case outside
    /// What the delivery needs is configured no more.
    case configuration
    /// A fault of the disk or of Hoistway.
    case `internal`
}

/// What one subscription made of one event of a delivery, or what it still waits for.
///
/// Stored with the delivery in the transaction that stores what the decision caused, so that after a crash nothing is
/// decided twice and nothing is left out.
package struct SubscriptionDecision: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Something outside must answer first, and the reason says what.
        case waiting
        case decided
        case failed
    }

    /// The event's position within the delivery, from 0.
    package var event: Int
    /// What the event is about, for people: an image with its tag, or a repository with its ref.
    package var subject: String
    package var project: String
    package var warehouse: String
    /// `Subscription.id`.
    package var subscription: String
    package var state: State
    /// One sentence for a person.
    package var reason: String
    /// One line for each rule that was applied, in order.
    package var trace: [String]
    /// When a waiting one is tried again.
    package var nextTry: Timestamp?
    /// How often it was put off.
    package var attempts: Int
    /// Only of a failed one.
    package var failureKind: DeliveryFailureKind?
    /// What went wrong, as values; `nil`: nothing did, or an older version recorded it.
    package var failure: FailureRecord?

    package init(
        event: Int,
        subject: String,
        key: SubscriptionKey,
        state: State,
        reason: String,
        trace: [String] = [],
        nextTry: Timestamp? = nil,
        attempts: Int = 0,
        failureKind: DeliveryFailureKind? = nil
    ) {
        self.event = event
        self.subject = subject
        project = key.warehouse.project
        warehouse = key.warehouse.name
        subscription = key.subscription
        self.state = state
        self.reason = reason
        self.trace = trace
        self.nextTry = nextTry
        self.attempts = attempts
        self.failureKind = failureKind
    }

    package var key: SubscriptionKey {
        SubscriptionKey(warehouse: WarehouseKey(project: project, name: warehouse), subscription: subscription)
    }
}
