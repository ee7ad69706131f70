package import HoistwayModel

/// A warehouse: its subscriptions and its looks at them.
package struct WarehouseView: Sendable, Codable, Equatable {
    /// The result of the last look.
    package enum Outcome: String, Sendable, Codable, CaseIterable {
        /// No look has ended yet.
        case waiting
        case done
        /// The look failed for at least one subscription, or for a part of it.
        case failed
    }

    package var project: String
    package var name: String
    /// One line for each subscription: its address, its newest artifact or what it waits for.
    package var subscriptions: [String]
    /// One line for each subscription with undecided deliveries; `nil`: all are decided.
    package var undecided: [String]?
    /// When the last look at registries and repositories ended; `nil`: none has yet.
    package var lastLook: Timestamp?
    package var outcome: Outcome
    /// One line for each subscription whose look failed.
    package var failures: [String]
    package var nextLook: Timestamp?
    /// One line for each tag that is refused because it was moved, and one line if `freightCreationCriteria` prevented
    /// freight.
    package var held: [String]
    /// One line for each tag that was skipped at the last look.
    package var skipped: [String]
    /// The annotation `kargo.akuity.io/description`.
    package var description: String?
    /// Its subscriptions as values, in the order of the manifest.
    package var sources: [SubscriptionView]
    /// The interval between its looks, in seconds.
    package var intervalSeconds: Int64?
    /// Whether freight is made automatically, or only on a person's request.
    package var freightCreation: Warehouse.FreightCreationPolicy?
    /// The failures of the last look as values.
    package var lookFailures: [FailureRecord]?

    package init(
        project: String,
        name: String,
        subscriptions: [String],
        undecided: [String]? = nil,
        lastLook: Timestamp? = nil,
        outcome: Outcome = .waiting,
        failures: [String] = [],
        nextLook: Timestamp? = nil,
        held: [String] = [],
        skipped: [String] = [],
        description: String? = nil,
        sources: [SubscriptionView] = [],
        intervalSeconds: Int64? = nil,
        freightCreation: Warehouse.FreightCreationPolicy? = nil,
        lookFailures: [FailureRecord]? = nil
    ) {
        self.project = project
        self.name = name
        self.subscriptions = subscriptions
        self.undecided = undecided
        self.lastLook = lastLook
        self.outcome = outcome
        self.failures = failures
        self.nextLook = nextLook
        self.held = held
        self.skipped = skipped
        self.description = description
        self.sources = sources
        self.intervalSeconds = intervalSeconds
        self.freightCreation = freightCreation
        self.lookFailures = lookFailures
    }
}
