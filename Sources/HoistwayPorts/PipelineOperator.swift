package import HoistwayModel

/// What people and programs may ask of a running server, and tell it: the console serves it as REST.
///
/// Every change is recorded with its actor before the call returns.
package protocol PipelineOperator: Sendable {
    func deliveries(state: DeliveryState?, before: DeliveryID?, limit: Int) async throws -> [DeliveryView]
    func delivery(_ id: DeliveryID) async throws -> DeliveryView
    /// How many deliveries are not decided yet.
    func backlog() async throws -> DeliveryQueue
    /// Newest first. `project`: `nil` for all.
    func freight(project: String?, warehouse: String?, limit: Int) async throws -> [FreightView]
    /// In the order of the pipelines: upstream stages first.
    func stages(project: String?) async throws -> [StageView]
    func warehouses(project: String?) async throws -> [WarehouseView]
    /// Newest first.
    func promotions(project: String?, stage: String?, limit: Int) async throws -> [PromotionView]
    func promotion(_ id: PromotionID) async throws -> PromotionView
    /// Why this freight, or the newest, is or is not promoted to the stage.
    func why(stage: StageKey, freight: String?) async throws -> Explanation
    /// What would have been pushed to a stage that is observed, beside what others pushed there.
    func compare(stage: StageKey, since: Timestamp) async throws -> ComparisonView

    /// `freight`: id, unique beginning of one, or alias.
    func promote(stage: StageKey, freight: String, acceptTree: String?, actor: String) async throws -> PromotionView
    /// Promotes the freight of a warehouse that automatic promotion would choose for the stage.
    func promoteCandidate(stage: StageKey, warehouse: String, acceptTree: String?, actor: String) async throws
        -> PromotionView
    /// Promotes freight to every stage that takes it from this one; all or none.
    func promoteDownstream(of stage: StageKey, freight: String, actor: String) async throws -> [PromotionView]
    /// Gives freight another alias.
    func rename(freight: String, project: String, alias: String, actor: String) async throws -> FreightView
    /// Makes freight of what a person has put together.
    func create(freightOf warehouse: WarehouseKey, _ wanted: ManualFreight, actor: String) async throws -> FreightView
    func abort(promotion: PromotionID, actor: String) async throws -> PromotionView
    /// Promotes again what failed, and tries at once what waits for its next try; a line for each promotion.
    ///
    /// `ids`: these; `nil`: the newest promotion of each stage, of one project or of all. `failedOnly`: what waits is
    /// left alone.
    func retryPromotions(_ ids: [PromotionID]?, project: String?, failedOnly: Bool, actor: String) async throws
        -> [RetriedPromotion]
    func approve(stage: StageKey, freight: String, actor: String) async throws -> FreightView
    /// Accepts the head that each branch of the stage has now, whoever made it.
    ///
    /// Gives the branches, whose commits stand there, and what of them later promotions write over; with `preview`
    /// nothing is changed.
    func adopt(stage: StageKey, preview: Bool, actor: String) async throws -> [String]
    /// Takes over what the commits on the stage's branches tell, where the state does not know what is in the stage.
    func restore(stage: StageKey, actor: String) async throws -> [String]
    /// Looks at everything that the warehouse subscribes to, events or not; throws where any of it fails.
    func refresh(warehouse: WarehouseKey, actor: String) async throws -> WarehouseView
    /// Looks at the stage's branches, and promotes what has become available.
    func refresh(stage: StageKey, actor: String) async throws -> StageView
    /// `nil`: all that failed.
    func driveAgain(_ ids: [DeliveryID]?, actor: String) async throws -> Int
    /// Reads the configuration again; a bad one changes nothing and throws.
    func reload(actor: String) async throws -> [String]
}

extension PipelineOperator {
    package func adopt(stage: StageKey, actor: String) async throws -> [String] {
        try await adopt(stage: stage, preview: false, actor: actor)
    }
}

/// Freight that a person puts together: one artifact for each subscription of a warehouse.
package struct ManualFreight: Sendable, Codable, Equatable {
    /// `REPOSITORY:TAG`, with or without `@sha256:…`.
    package var images: [String]
    /// `REPOSITORY=COMMIT`, each.
    package var commits: [String]
    /// `REPOSITORY=VERSION`, of a classic repository `REPOSITORY/CHART=VERSION`.
    package var charts: [String]
    /// Freight of the same warehouse that gives what is left out: id, unique beginning of one, or alias.
    package var from: String?
    /// `nil`: one is made up.
    package var alias: String?

    package init(
        images: [String] = [],
        commits: [String] = [],
        charts: [String] = [],
        from: String? = nil,
        alias: String? = nil
    ) {
        self.images = images
        self.commits = commits
        self.charts = charts
        self.from = from
        self.alias = alias
    }
}

/// What became of one promotion that was to be tried again.
package struct RetriedPromotion: Sendable, Codable, Equatable {
    package var project: String
    package var stage: String
    /// The promotion that failed, or waited.
    package var promotion: String
    /// The one that was made in its place; its own name where it waited and is tried now; `nil`: nothing was done.
    package var started: String?
    /// What was done, or why nothing was: one sentence without a full stop.
    package var detail: String

    package init(project: String, stage: String, promotion: String, started: String?, detail: String) {
        self.project = project
        self.stage = stage
        self.promotion = promotion
        self.started = started
        self.detail = detail
    }
}

/// Why an operator's request was not carried out.
package enum OperatorFailure: Diagnosable, Equatable {
    case notFound(String)
    case ambiguous(String)
    case invalid(String)
    /// A policy or a role says no.
    case denied(String, hint: String)
    case nothingToDo(String)
    case unavailable(String)
    /// Understood, and it does not hold, such as a configuration with errors.
    case refused(String)
    /// A registry or a repository did not answer, or not as it should.
    case outside(String)

    package var message: String {
        switch self {
        case .notFound(let text), .ambiguous(let text), .invalid(let text), .nothingToDo(let text),
            .unavailable(let text), .refused(let text), .outside(let text):
            text
        case .denied(let text, _): text
        }
    }

    package var hint: String? {
        if case .denied(_, let hint) = self { hint } else { nil }
    }
}

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
    /// What sort of failure it was; only of a failed one.
    package var failureKind: DeliveryFailureKind?
    /// What each subscription made of each event; those that still wait or have failed first.
    ///
    /// Their lines are in `trace`.
    package var decisions: [SubscriptionDecision]?
    /// How many more there are, where a list does not show all.
    package var furtherDecisions: Int?
    /// One line for each decision that was made on its events; in the view of a single delivery only.
    package var trace: [String]

    /// How many decisions of one delivery a list shows.
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
        let sorted =
            delivery.decisions.filter { $0.state != .decided } + delivery.decisions.filter { $0.state == .decided }
        let shown = trace == nil ? Array(sorted.prefix(Self.maxListedDecisions)) : sorted
        decisions = shown.map { decision in
            var view = decision
            view.trace = []
            return view
        }
        furtherDecisions = shown.count < sorted.count ? sorted.count - shown.count : nil
        self.trace = trace.map { $0 + delivery.decisions.flatMap(\.trace) } ?? []
    }
}

package struct FreightView: Sendable, Codable, Equatable {
    package var id: String
    package var alias: String
    package var project: String
    package var warehouse: String
    /// One line for each artifact: `registry.example.com/app:1.2.3@sha256:…`.
    package var artifacts: [String]
    package var discoveredAt: Timestamp
    package var cause: String
    package var currentlyIn: [String]
    package var verifiedIn: [String]
    package var approvedFor: [String]

    package init(
        id: String,
        alias: String,
        project: String,
        warehouse: String,
        artifacts: [String],
        discoveredAt: Timestamp,
        cause: String,
        currentlyIn: [String],
        verifiedIn: [String],
        approvedFor: [String]
    ) {
        self.id = id
        self.alias = alias
        self.project = project
        self.warehouse = warehouse
        self.artifacts = artifacts
        self.discoveredAt = discoveredAt
        self.cause = cause
        self.currentlyIn = currentlyIn
        self.verifiedIn = verifiedIn
        self.approvedFor = approvedFor
    }
}

package struct StageView: Sendable, Codable, Equatable {
    package var project: String
    package var name: String
    /// In mode `observe` nothing is pushed.
    package var mode: PromotionMode
    /// `<warehouse>: <what the freight is>` for each origin, and in parentheses what of it is not there.
    package var current: [String]
    package var autoPromotion: Bool
    /// The open promotion at the head of the queue.
    package var promotion: String?
    package var phase: String
    package var waiting: Int
    /// When the open promotion is tried again; `nil`: it does not wait for that.
    package var nextTry: Timestamp?
    /// What the dispatcher says of the newest freight: why it moves or does not.
    package var reason: String
    /// Why nothing is promoted to it by itself until a person has looked.
    package var pause: StageRecord.Pause?
    /// One line for each branch that is not where it was left, with both ids.
    package var drift: [String]
    /// That a branch of the stage does not have its freight any more, and how it comes back.
    package var lost: String?
    /// The annotation `kargo.akuity.io/color`, as `#rrggbb`.
    package var color: String?
    /// The annotation `kargo.akuity.io/description`.
    package var description: String?

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
        reason: String,
        pause: StageRecord.Pause? = nil,
        drift: [String] = [],
        lost: String? = nil,
        annotations: ObjectAnnotations? = nil
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
        self.reason = reason
        self.pause = pause
        self.drift = drift
        self.lost = lost
        color = annotations?.color
        description = annotations?.description
    }
}

package struct WarehouseView: Sendable, Codable, Equatable {
    /// What the last look came to.
    package enum Outcome: String, Sendable, Codable {
        /// None has ended yet.
        case waiting
        case done
        /// At least one subscription could not be looked at, or not wholly.
        case failed
    }

    package var project: String
    package var name: String
    /// One line for each subscription: what it is, its newest artifact or what it waits for.
    package var subscriptions: [String]
    /// One line for each subscription that has not decided on some deliveries yet; `nil`: all are decided.
    package var undecided: [String]?
    /// When the last look at registries and repositories ended; `nil`: none has yet.
    package var lastLook: Timestamp?
    package var outcome: Outcome
    /// One line for each subscription that could not be looked at.
    package var failures: [String]
    package var nextLook: Timestamp?
    /// One line for each tag that was moved and is kept out, and one where `freightCreationCriteria` let no freight be
    /// made.
    package var held: [String]
    /// One line for each tag that was skipped at the last look.
    package var skipped: [String]
    /// The annotation `kargo.akuity.io/description`.
    package var description: String?

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
        description: String? = nil
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
    }
}

package struct PromotionView: Sendable, Codable, Equatable {
    package var id: String
    package var project: String
    package var stage: String
    package var freight: String
    /// What the freight is, in one line.
    package var summary: String
    package var actor: String
    package var reason: String
    package var mode: PromotionMode
    package var phase: PromotionPhase
    package var message: String
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    package var nextTry: Timestamp?
    package var attempts: Int
    package var steps: [StepRecord]
    package var branches: [BranchOutcome]
    /// What may surprise in it, a sentence each; `nil`: nothing.
    package var warnings: [String]?
    /// Configuration and outputs of its steps, where one promotion was asked for.
    package var results: [StepResult]?

    package init(_ record: PromotionRecord, summary: String) {
        id = record.id.text
        project = record.stage.project
        stage = record.stage.name
        freight = record.freight.text
        self.summary = summary
        actor = record.actor.name
        reason = record.reason
        mode = record.mode
        phase = record.phase
        message = record.message
        createdAt = record.createdAt
        startedAt = record.startedAt
        finishedAt = record.finishedAt
        nextTry = record.nextTry
        attempts = record.attempts
        steps = record.stepRecords
        branches = record.branches
        warnings = record.warnings
    }
}

/// What would have been pushed, beside what others pushed.
package struct ComparisonView: Sendable, Codable, Equatable {
    package var stage: String
    package var since: Timestamp
    /// How many rows have each verdict.
    package var counts: [String: Int]
    package var rows: [Comparison.Row]
    /// A branch has more commits since then than are read.
    package var isCut: Bool

    package init(stage: String, since: Timestamp, counts: [String: Int], rows: [Comparison.Row], isCut: Bool) {
        self.stage = stage
        self.since = since
        self.counts = counts
        self.rows = rows
        self.isCut = isCut
    }
}

/// An answer to "why": the verdict, then each rule that was asked, in order.
package struct Explanation: Sendable, Codable, Equatable {
    package var stage: String
    package var freight: String?
    /// One sentence.
    package var verdict: String
    package var lines: [String]
    /// What to do to change it.
    package var hint: String?

    package init(stage: String, freight: String?, verdict: String, lines: [String], hint: String? = nil) {
        self.stage = stage
        self.freight = freight
        self.verdict = verdict
        self.lines = lines
        self.hint = hint
    }
}
