package import HoistwayModel

// What views of stages are made of, as values.

/// Where a stage takes the freight of one warehouse from.
package struct UpstreamView: Sendable, Codable, Equatable {
    package var warehouse: String
    /// Takes it from the warehouse itself.
    package var direct: Bool
    package var stages: [String]
    package var availability: FreightRequest.Availability
    package var selection: FreightRequest.SelectionPolicy
    /// How long freight stays upstream first; in seconds.
    package var soakSeconds: Int64?

    package init(_ request: FreightRequest) {
        warehouse = request.warehouse
        direct = request.direct
        stages = request.stages
        availability = request.availability
        selection = request.selection
        soakSeconds = request.requiredSoak?.components.seconds
    }
}

/// Freight that lies in a stage, of one warehouse.
package struct StageContentView: Sendable, Codable, Equatable {
    package var warehouse: String
    /// Its id.
    package var freight: String
    package var alias: String
    package var artifacts: [ArtifactView]
    /// When its promotion ended.
    package var since: Timestamp
    package var promotion: String
    /// Why it is not there, though its promotion succeeded; part of a sentence.
    package var missing: String?
    package var isVerified: Bool

    package init(
        warehouse: String,
        freight: String,
        alias: String,
        artifacts: [ArtifactView],
        since: Timestamp,
        promotion: String,
        missing: String? = nil,
        isVerified: Bool
    ) {
        self.warehouse = warehouse
        self.freight = freight
        self.alias = alias
        self.artifacts = artifacts
        self.since = since
        self.promotion = promotion
        self.missing = missing
        self.isVerified = isVerified
    }
}

/// A branch that a stage writes.
package struct StageBranchView: Sendable, Codable, Equatable {
    package struct Drift: Sendable, Codable, Equatable {
        /// Where the branch was found; `nil`: it is gone.
        package var found: String?

        package init(found: String?) {
            self.found = found
        }
    }

    package var repository: String
    /// Its short name.
    package var name: String
    /// Where it was last pushed or accepted; `nil`: nothing was pushed to it yet.
    package var head: String?
    /// `nil`: it is where it was left, or others have only added to it.
    package var drift: Drift?
    /// Whether it has lost the freight of the stage.
    package var hasLostFreight: Bool
    /// The page of its head.
    package var url: String?

    package init(
        repository: String,
        name: String,
        head: String?,
        drift: Drift? = nil,
        hasLostFreight: Bool = false,
        url: String? = nil
    ) {
        self.repository = repository
        self.name = name
        self.head = head
        self.drift = drift
        self.hasLostFreight = hasLostFreight
        self.url = url
    }
}

/// One reason why nothing is promoted to a stage by itself; several can hold at once.
package struct PauseView: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Its branches could not be read yet; it goes on by itself.
        case notLooked
        /// Its branches bear promotions that the state knows nothing of.
        case lostState
        /// Another instance, or another updater, commits what the stage commits.
        case twoWriters
        /// A branch that it writes is not where it was left.
        case drift
    }

    package var kind: Kind
    /// One sentence.
    package var reason: String
    /// `nil`: not on record.
    package var since: Timestamp?
    /// The command that ends it; `nil`: it ends by itself.
    package var endedBy: String?
    /// `adopt --from-branches` ends it.
    package var canBeRestored: Bool

    package init(kind: Kind, reason: String, since: Timestamp?, endedBy: String?, canBeRestored: Bool = false) {
        self.kind = kind
        self.reason = reason
        self.since = since
        self.endedBy = endedBy
        self.canBeRestored = canBeRestored
    }
}

/// A promotion as the card of its stage shows it.
package struct StagePromotionView: Sendable, Codable, Equatable {
    package var id: String
    package var freight: String
    package var alias: String
    package var actor: String
    package var mode: PromotionMode
    package var phase: PromotionPhase
    package var message: String
    /// Which of its steps runs or comes next, from 1; `nil`: it has ended, or has no steps.
    package var step: Int?
    package var steps: Int
    /// What that step is: its `uses`.
    package var stepName: String?
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    package var nextTry: Timestamp?
    /// Waits for something outside, with nothing wrong.
    package var isWaiting: Bool
    /// Waits for a person who accepts its difference.
    package var awaitsAcceptance: Bool
    package var failure: FailureRecord?
    /// The step that it failed at; `nil`: it is no fault of a step.
    package var failedStep: FailedStepView?

    package init(_ record: PromotionRecord, alias: String) {
        id = record.id.text
        freight = record.freight.text
        self.alias = alias
        actor = record.actor.name
        mode = record.mode
        phase = record.phase
        message = record.message
        steps = record.steps.count
        let ended = record.stepRecords.prefix { $0.status.isFinal }.count
        step = record.phase.isTerminal || ended >= record.steps.count ? nil : ended + 1
        stepName = record.phase.isTerminal ? nil : record.presentStep?.uses
        createdAt = record.createdAt
        startedAt = record.startedAt
        finishedAt = record.finishedAt
        nextTry = record.nextTry
        isWaiting = record.isWaiting
        awaitsAcceptance = record.awaitsAcceptance
        failure = record.failure
        failedStep = StepName(ofFailed: record).map(FailedStepView.init)
    }

    package init(_ ended: EndedPromotion, alias: String) {
        id = ended.id.text
        freight = ended.freight.text
        self.alias = alias
        actor = ended.actor.name
        mode = ended.mode
        phase = ended.phase
        message = ended.message
        steps = ended.stepCount
        createdAt = ended.createdAt
        startedAt = ended.startedAt
        finishedAt = ended.finishedAt
        isWaiting = false
        awaitsAcceptance = ended.awaitsAcceptance
        failure = ended.failure
        failedStep = ended.failedStep.map(FailedStepView.init)
    }
}

/// What the dispatcher says of the freight of one warehouse that a stage asks for.
package struct VerdictView: Sendable, Codable, Equatable {
    package var warehouse: String
    /// The freight that it is about; `nil`: there is none.
    package var freight: String?
    package var alias: String?
    package var kind: Dispatch.Verdict.Kind
    package var reason: String
    /// In the order in which they are asked.
    package var rules: [PromotionRule]

    package init(_ verdict: Dispatch.Verdict, alias: String?) {
        warehouse = verdict.warehouse
        freight = verdict.freight?.id.text
        self.alias = alias
        kind = verdict.kind
        reason = verdict.reason
        rules = verdict.rules
    }
}
