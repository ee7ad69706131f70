package import HoistwayModel

/// What kind of failure ended a delivery, or one subscription's part of it.
package enum DeliveryFailureKind: String, Sendable, Codable, CaseIterable {
    /// The body, or its event header, is not in the sender's format: another decision would give the same result.
    case sender
    /// A registry or a Git server refused permanently.
    case outside
    /// A setting that the delivery needs was removed.
    case configuration
    /// A fault of the disk or of Hoistway.
    case `internal`
}

/// The decision of one subscription on one event of a delivery, or what it still waits for.
///
/// It is stored with the delivery, in the transaction that stores the decision's changes. So after a crash nothing is
/// decided twice and nothing is left out.
package struct SubscriptionDecision: Sendable, Equatable, Codable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Another system must answer first, and the reason says which.
        case waiting
        case decided
        case failed
    }

    /// The event's position within the delivery, from 0.
    package var event: Int
    /// The event's subject, for people: an image with its tag, or a repository with its ref.
    package var subject: String
    package var project: String
    package var warehouse: String
    /// `Subscription.id`.
    package var subscription: String
    package var state: State
    /// One sentence for people.
    package var reason: String
    /// One line for each rule that was applied, in order.
    package var trace: [String]
    /// When a waiting decision is tried again.
    package var nextTry: Timestamp?
    /// How often it was postponed.
    package var attempts: Int
    /// Only for a failed decision.
    package var failureKind: DeliveryFailureKind?
    /// The failure, as values; `nil`: there was none, or an older version recorded it.
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
