package import HoistwayModel

/// A promotion, with its steps.
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
    /// The freight's alias, as long as the freight is kept.
    package var alias: String?
    package var warehouse: String?
    /// The freight's artifacts as values.
    package var contents: [ArtifactView]
    /// Which step runs or comes next, from 1; `nil`: it has ended.
    package var step: Int?
    package var stepCount: Int
    /// Why it did not succeed, or has not yet.
    package var failure: FailureRecord?
    /// The step that it failed at; `nil`: it is no fault of a step.
    package var failedStep: FailedStepView?
    /// Waits for a person who accepts its difference.
    package var awaitsAcceptance: Bool
    /// The tree that a person has accepted.
    package var acceptedTree: String?
    /// Configuration and outputs of its steps, where one promotion was asked for.
    package var results: [StepResult]?
    /// The preview that it was made from; `nil`: none.
    package var preview: String?
    /// For programs, why it failed: `preview-outdated`; `nil`: nothing that has a code.
    package var code: String?
    /// What differs from its preview, where that is why it failed.
    package var outdated: OutdatedPreview?

    /// - Parameter freight: `nil` where it is kept no longer.
    package init(_ record: PromotionRecord, summary: String, freight known: Freight? = nil) {
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
        alias = known?.alias
        warehouse = known?.origin.name
        contents = known?.artifacts.map(ArtifactView.init) ?? []
        let ended = record.stepRecords.prefix { $0.status.isFinal }.count
        step = record.phase.isTerminal || ended >= record.steps.count ? nil : ended + 1
        stepCount = record.steps.count
        failure = record.failure
        failedStep = StepName(ofFailed: record).map(FailedStepView.init)
        awaitsAcceptance = record.awaitsAcceptance
        acceptedTree = record.acceptedTree?.hex
        preview = record.previewed?.preview
        outdated = record.outdated
        code = record.outdated == nil ? nil : OutdatedPreview.code
    }
}
