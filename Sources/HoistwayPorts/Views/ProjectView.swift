package import HoistwayModel

/// A project with its stages, as the overview shows it.
package struct ProjectView: Sendable, Codable, Equatable {
    package var name: String
    /// `nil`: the mode of the whole program.
    package var mode: PromotionMode?
    /// The most urgent state of its stages.
    package var state: StageState
    /// How many stages are in each state, by ``StageState``; states without stages are left out.
    package var counts: [String: Int]
    /// Upstream stages first.
    package var stages: [StageSummaryView]
    /// The number of all stages, where only some are shown.
    package var stageCount: Int
    package var warehouses: [String]

    package init(
        name: String,
        mode: PromotionMode?,
        stages: [StageSummaryView],
        stageCount: Int,
        counts: [StageState: Int],
        warehouses: [String]
    ) {
        self.name = name
        self.mode = mode
        state = counts.keys.min() ?? .empty
        self.counts = Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })
        self.stages = stages
        self.stageCount = stageCount
        self.warehouses = warehouses
    }
}

/// The position at which a list of projects continues: projects are ordered by state, worst first, then by name.
package struct ProjectPosition: Sendable, Codable, Comparable {
    package var state: StageState
    package var name: String

    package init(state: StageState, name: String) {
        self.state = state
        self.name = name
    }

    package static func < (left: ProjectPosition, right: ProjectPosition) -> Bool {
        (left.state, left.name) < (right.state, right.name)
    }
}

/// Everything that a person must look at.
package struct AttentionView: Sendable, Codable, Equatable {
    /// One kind of problem.
    package struct Group: Sendable, Codable, Equatable {
        package var count: Int
        /// At most ``maxItems``, by project and stage.
        package var items: [Item]

        package static let maxItems = 50

        package init(_ items: [Item]) {
            count = items.count
            self.items = Array(items.prefix(Self.maxItems))
        }
    }

    package struct Item: Sendable, Codable, Equatable {
        package var project: String
        package var stage: String
        package var promotion: String?
        package var freight: String?
        package var alias: String?
        package var since: Timestamp?
        package var reason: String

        package init(
            project: String,
            stage: String,
            promotion: String? = nil,
            freight: String? = nil,
            alias: String? = nil,
            since: Timestamp? = nil,
            reason: String
        ) {
            self.project = project
            self.stage = stage
            self.promotion = promotion
            self.freight = freight
            self.alias = alias
            self.since = since
            self.reason = reason
        }
    }

    /// An open promotion without progress for this time counts as stuck.
    package static let patience: Duration = .seconds(900)

    /// Stages whose last promotion did not succeed.
    package var failed: Group
    /// Promotions that wait until a person accepts their difference.
    package var awaitsAcceptance: Group
    /// By ``PauseView/Kind``; kinds without stages are left out.
    package var paused: [String: Group]
    /// Stages that write a branch whose head is not where Hoistway left it.
    package var drifted: Group
    /// Open promotions without progress for ``patience``.
    package var stuck: Group
    package var unhealthy: Group

    package init(
        failed: Group,
        awaitsAcceptance: Group,
        paused: [PauseView.Kind: Group],
        drifted: Group,
        stuck: Group,
        unhealthy: Group
    ) {
        self.failed = failed
        self.awaitsAcceptance = awaitsAcceptance
        self.paused = Dictionary(uniqueKeysWithValues: paused.map { ($0.key.rawValue, $0.value) })
        self.drifted = drifted
        self.stuck = stuck
        self.unhealthy = unhealthy
    }
}
