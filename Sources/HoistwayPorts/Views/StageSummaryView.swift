package import HoistwayModel

/// The state of a stage in one word, worst first.
///
/// If several states apply, the stage has the first of them.
package enum StageState: String, Sendable, Codable, CaseIterable, Comparable {
    /// The last promotion did not succeed.
    case failed
    /// A promotion waits until a person accepts its difference.
    case awaitsAcceptance
    /// Automatic promotion is paused until a person has checked the stage.
    case paused
    /// A branch no longer has the stage's freight.
    case freightLost
    case unhealthy
    /// A promotion has been open for more than 15 minutes without progress.
    case stuck
    /// A promotion runs.
    case promoting
    /// A promotion is queued, or waits for another system.
    case pending
    /// Applications are still progressing, or their health is unknown.
    case progressing
    case ready
    /// Nothing was promoted to the stage yet.
    case empty
    /// The stage has no steps: freight only passes through it.
    case controlFlow

    private var rank: Int { StageState.allCases.firstIndex(of: self) ?? 0 }

    /// The worse state is the smaller one.
    package static func < (left: StageState, right: StageState) -> Bool { left.rank < right.rank }
}

/// The short view of a stage, for a card, column or row.
package struct StageSummaryView: Sendable, Codable, Equatable {
    package var project: String
    package var name: String
    package var labels: [String: String]
    /// As `#rrggbb`.
    package var color: String?
    package var mode: PromotionMode
    package var autoPromotion: Bool
    package var state: StageState
    /// Since when the stage has that state, if known.
    package var since: Timestamp?
    /// One sentence; may be empty.
    package var reason: String
    /// By warehouse.
    package var contents: [StageContentView]
    package var health: HealthStatus?
    package var pauses: [PauseView.Kind]
    package var hasDrifted: Bool
    package var openPromotion: StagePromotionView?
    /// How many promotions wait after the open one.
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
