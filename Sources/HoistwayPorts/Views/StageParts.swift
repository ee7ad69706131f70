package import HoistwayModel

// Parts of the views of stages.

/// The sources from which a stage takes the freight of one warehouse.
package struct UpstreamView: Sendable, Codable, Equatable {
    package var warehouse: String
    /// Whether it takes freight from the warehouse itself.
    package var direct: Bool
    package var stages: [String]
    package var availability: FreightRequest.Availability
    package var selection: FreightRequest.SelectionPolicy
    /// How long freight must stay upstream first, in seconds.
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

/// Freight of one warehouse that is in a stage.
package struct StageContentView: Sendable, Codable, Equatable {
    package var warehouse: String
    /// Its id.
    package var freight: String
    package var alias: String
    package var artifacts: [ArtifactView]
    /// When its promotion ended.
    package var since: Timestamp
    package var promotion: String
    /// Why the freight is missing though its promotion succeeded; part of a sentence.
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

/// A branch to which a stage pushes.
package struct StageBranchView: Sendable, Codable, Equatable {
    package struct Drift: Sendable, Codable, Equatable {
        /// The head that was found; `nil`: the branch was deleted.
        package var found: String?

        package init(found: String?) {
            self.found = found
        }
    }

    package var repository: String
    /// Its short name.
    package var name: String
    /// The head after the last push or acceptance; `nil`: nothing was pushed to it yet.
    package var head: String?
    /// `nil`: the head is where Hoistway left it, or others have only added commits.
    package var drift: Drift?
    /// Whether the branch no longer has the stage's freight.
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

/// One reason why automatic promotion to a stage is paused; several can apply at once.
package struct PauseView: Sendable, Codable, Equatable {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// Its branches could not be read yet; the pause ends without a person.
        case notLooked
        /// Its branches have promotions that the state does not contain.
        case lostState
        /// Another instance, or another updater, makes the same commits as the stage.
        case twoWriters
        /// A branch that it writes is not where Hoistway left it.
        case drift
    }

    package var kind: Kind
    /// One sentence.
    package var reason: String
    /// `nil`: the time is not recorded.
    package var since: Timestamp?
    /// The command that ends the pause; `nil`: it ends without a person.
    package var endedBy: String?
    /// Whether `adopt --from-branches` ends the pause.
    package var canBeRestored: Bool

    package init(kind: Kind, reason: String, since: Timestamp?, endedBy: String?, canBeRestored: Bool = false) {
        self.kind = kind
        self.reason = reason
        self.since = since
        self.endedBy = endedBy
        self.canBeRestored = canBeRestored
    }
}

/// A promotion on the card of its stage.
package struct StagePromotionView: Sendable, Codable, Equatable {
    package var id: String
    package var freight: String
    package var alias: String
    package var actor: String
    package var mode: PromotionMode
    package var phase: PromotionPhase
    package var message: String
    /// The number, from 1, of the step that runs or comes next; `nil`: the promotion has ended, or has no steps.
    package var step: Int?
    package var steps: Int
    /// The kind of that step: its `uses`.
    package var stepName: String?
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    package var nextTry: Timestamp?
    /// Whether it waits for another system, without a failure.
    package var isWaiting: Bool
    /// Whether it waits until a person accepts its difference.
    package var awaitsAcceptance: Bool
    package var failure: FailureRecord?
    /// The step at which it failed; `nil`: the failure is not a step's.
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

/// The dispatcher's verdict on the freight of one warehouse for a stage.
package struct VerdictView: Sendable, Codable, Equatable {
    package var warehouse: String
    /// The freight of the verdict; `nil`: there is none.
    package var freight: String?
    package var alias: String?
    package var kind: Dispatch.Verdict.Kind
    package var reason: String
    /// In the order in which they are checked.
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
