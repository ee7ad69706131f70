package import HoistwayModel

/// In one word how a stage stands, best last.
///
/// The order is that of urgency: the first that holds is the stage's.
package enum StageState: String, Sendable, Codable, CaseIterable, Comparable {
    /// The last promotion did not succeed.
    case failed
    /// A promotion waits for a person who accepts its difference.
    case awaitsAcceptance
    /// Nothing goes there by itself before a person has looked.
    case paused
    /// A branch has lost the stage's freight.
    case freightLost
    case unhealthy
    /// A promotion has been open for more than 15 minutes without getting on.
    case stuck
    /// A promotion runs.
    case promoting
    /// A promotion is queued, or waits for something outside.
    case pending
    /// Applications are on their way, or cannot be judged.
    case progressing
    case ready
    /// Nothing was promoted to it yet.
    case empty
    /// It has no steps: freight passes through.
    case controlFlow

    private var rank: Int { StageState.allCases.firstIndex(of: self) ?? 0 }

    /// The more urgent one is less.
    package static func < (left: StageState, right: StageState) -> Bool { left.rank < right.rank }
}

/// A stage as one card, column or row.
package struct StageSummaryView: Sendable, Codable, Equatable {
    package var project: String
    package var name: String
    package var labels: [String: String]
    /// As `#rrggbb`.
    package var color: String?
    package var mode: PromotionMode
    package var autoPromotion: Bool
    package var state: StageState
    /// Since when it is in that state, where that is known.
    package var since: Timestamp?
    /// One sentence; empty where there is nothing to say.
    package var reason: String
    /// By warehouse.
    package var contents: [StageContentView]
    package var health: HealthStatus?
    package var pauses: [PauseView.Kind]
    package var hasDrifted: Bool
    package var openPromotion: StagePromotionView?
    /// How many promotions wait behind the open one.
    package var waiting: Int
    package var lastPromotion: StagePromotionView?

    package init(
        project: String,
        name: String,
        labels: [String: String] = [:],
        color: String? = nil,
        mode: PromotionMode,
        autoPromotion: Bool,
        state: StageState,
        since: Timestamp? = nil,
        reason: String = "",
        contents: [StageContentView] = [],
        health: HealthStatus? = nil,
        pauses: [PauseView.Kind] = [],
        hasDrifted: Bool = false,
        openPromotion: StagePromotionView? = nil,
        waiting: Int = 0,
        lastPromotion: StagePromotionView? = nil
    ) {
        self.project = project
        self.name = name
        self.labels = labels
        self.color = color
        self.mode = mode
        self.autoPromotion = autoPromotion
        self.state = state
        self.since = since
        self.reason = reason
        self.contents = contents
        self.health = health
        self.pauses = pauses
        self.hasDrifted = hasDrifted
        self.openPromotion = openPromotion
        self.waiting = waiting
        self.lastPromotion = lastPromotion
    }
}
