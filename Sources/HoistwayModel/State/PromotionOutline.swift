/// Who requested a promotion.
package enum Actor: Sendable, Equatable, Codable, CustomStringConvertible {
    case automatic
    case person(String)

    /// For sentences: people are named by their token.
    package var description: String {
        switch self {
        case .automatic: "auto-promotion"
        case .person(let name): "token \(name)"
        }
    }

    /// Only the name.
    package var name: String {
        switch self {
        case .automatic: "auto-promotion"
        case .person(let name): name
        }
    }
}

package enum PromotionPhase: String, Sendable, Codable, CaseIterable {
    case pending = "Pending"
    case running = "Running"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case errored = "Errored"
    case aborted = "Aborted"

    package var isTerminal: Bool {
        switch self {
        case .pending, .running: false
        case .succeeded, .failed, .errored, .aborted: true
        }
    }
}

/// The data of a promotion for lists, indexes and decisions, whether it is open or has ended.
package struct PromotionOutline: Sendable, Equatable, Codable {
    package var id: PromotionID
    package var stage: StageKey
    package var freight: FreightID
    /// The freight that the stage has after success, by warehouse.
    package var collection: [String: FreightID]
    package var actor: Actor
    package var mode: PromotionMode
    package var phase: PromotionPhase
    package var message: String
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    /// Why its stage was no longer in the manifests, if it was aborted for that.
    ///
    /// Such a promotion does not count as a try: if the stage comes back, its freight is promoted as if for the first
    /// time.
    package var removal: String?
    /// The promotion of newer freight that replaced it before it had an effect.
    package var gaveWayTo: PromotionID?
    /// Why it did not succeed, or has not yet; `nil`: there is no failure, or an older version recorded it.
    package var failure: FailureRecord?

    package init(
        id: PromotionID,
        stage: StageKey,
        freight: FreightID,
        collection: [String: FreightID],
        actor: Actor,
        mode: PromotionMode,
        phase: PromotionPhase,
        message: String,
        createdAt: Timestamp,
        startedAt: Timestamp? = nil,
        finishedAt: Timestamp? = nil,
        removal: String? = nil,
        gaveWayTo: PromotionID? = nil,
        failure: FailureRecord? = nil
    ) {
        self.id = id
        self.stage = stage
        self.freight = freight
        self.collection = collection
        self.actor = actor
        self.mode = mode
        self.phase = phase
        self.message = message
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.removal = removal
        self.gaveWayTo = gaveWayTo
        self.failure = failure
    }
}

/// A promotion with its outline and the effects of its steps on other systems.
package protocol OutlinedPromotion {
    var outline: PromotionOutline { get }
    /// Its commits on branches, in order.
    var arrivals: [BranchArrival] { get }
    /// All of its steps with effects on other systems (``StepRecord/isNotable``), in order; there may be other steps.
    var notableSteps: [StepRecord] { get }
    /// Whether any of its commits has reached a remote.
    var hasPushed: Bool { get }
}

extension OutlinedPromotion {
    package var id: PromotionID { outline.id }
    package var stage: StageKey { outline.stage }
    package var freight: FreightID { outline.freight }
    package var collection: [String: FreightID] { outline.collection }
    package var actor: Actor { outline.actor }
    package var mode: PromotionMode { outline.mode }
    package var phase: PromotionPhase { outline.phase }
    package var message: String { outline.message }
    package var createdAt: Timestamp { outline.createdAt }
    package var startedAt: Timestamp? { outline.startedAt }
    package var finishedAt: Timestamp? { outline.finishedAt }
    package var removal: String? { outline.removal }
    package var gaveWayTo: PromotionID? { outline.gaveWayTo }
    package var failure: FailureRecord? { outline.failure }

    package var freightKey: FreightKey { FreightKey(project: stage.project, id: freight) }

    /// Whether it ended because a person must first accept its difference.
    package var awaitsAcceptance: Bool { phase.isTerminal && phase != .succeeded && failure?.code == .limits }

    package var hasPushed: Bool { arrivals.contains { $0.pushed } }
    /// Whether an action of it has been done or has begun, except a push that is still on its way.
    package var hasActed: Bool { hasPushed || notableSteps.contains { $0.began ?? false } }
}
