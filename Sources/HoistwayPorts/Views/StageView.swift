package import HoistwayModel

/// A stage: its freight, and what it waits for.
package struct StageView: Sendable, Codable, Equatable {
    package var project: String
    package var name: String
    /// In mode `observe` nothing is pushed.
    package var mode: PromotionMode
    /// `<warehouse>: <freight>` for each origin, with missing parts in parentheses.
    package var current: [String]
    package var autoPromotion: Bool
    /// The open promotion at the head of the queue.
    package var promotion: String?
    package var phase: String
    package var waiting: Int
    /// When the open promotion is tried again; `nil`: it does not wait for another try.
    package var nextTry: Timestamp?
    /// Whether it waits without a failure, and looks again then; `nil`: no.
    package var isWaiting: Bool?
    /// The dispatcher's verdict on the newest freight: why it is promoted or not.
    package var reason: String
    /// Why automatic promotion is paused, by kind.
    package var pauses: [PauseView]
    /// One line for each branch that is not where Hoistway left it, with both ids.
    package var drift: [String]
    /// Its health with its Applications; `nil`: nothing was promoted to it.
    package var health: StageHealth?
    /// Says that a branch of the stage no longer has its freight, and how the freight comes back.
    package var lost: String?
    /// The annotation `kargo.akuity.io/color`, as `#rrggbb`.
    package var color: String?
    /// The annotation `kargo.akuity.io/description`.
    package var description: String?
    package var labels: [String: String]
    package var state: StageState
    /// Its sources of freight.
    package var upstream: [UpstreamView]
    /// Its freight, by warehouse.
    package var contents: [StageContentView]
    /// The branches to which it pushes, as far as they are known.
    package var branches: [StageBranchView]
    package var openPromotion: StagePromotionView?
    /// The last promotion that has ended.
    package var lastPromotion: StagePromotionView?
    /// Why its open promotion makes no progress, or its last one did not succeed.
    package var failure: FailureRecord?
    /// The dispatcher's verdicts on the newest freight of each warehouse, rule by rule.
    package var verdicts: [VerdictView]
    /// Why automatic promotion is on or off.
    package var autoPromotionReason: String?

    package init(
        project: String,
        name: String,
        mode: PromotionMode = .promote,
        current: [String],
        autoPromotion: Bool,
        promotion: String?,
        phase: String,
        waiting: Int,
        nextTry: Timestamp? = nil,
        isWaiting: Bool = false,
        reason: String,
        pauses: [PauseView] = [],
        drift: [String] = [],
        health: StageHealth? = nil,
        lost: String? = nil,
        annotations: ObjectAnnotations? = nil,
        labels: [String: String] = [:],
        state: StageState = .empty,
        upstream: [UpstreamView] = [],
        contents: [StageContentView] = [],
        branches: [StageBranchView] = [],
        openPromotion: StagePromotionView? = nil,
        lastPromotion: StagePromotionView? = nil,
        failure: FailureRecord? = nil,
        verdicts: [VerdictView] = [],
        autoPromotionReason: String? = nil
    ) {
        self.project = project
        self.name = name
        self.mode = mode
        self.current = current
        self.autoPromotion = autoPromotion
        self.promotion = promotion
        self.phase = phase
        self.waiting = waiting
        self.nextTry = nextTry
        self.isWaiting = isWaiting ? true : nil
        self.reason = reason
        self.pauses = pauses
        self.drift = drift
        self.health = health
        self.lost = lost
        color = annotations?.color
        description = annotations?.description
        self.labels = labels
        self.state = state
        self.upstream = upstream
        self.contents = contents
        self.branches = branches
        self.openPromotion = openPromotion
        self.lastPromotion = lastPromotion
        self.failure = failure
        self.verdicts = verdicts
        self.autoPromotionReason = autoPromotionReason
    }
}
