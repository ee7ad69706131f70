package import HoistwayModel

/// A promotion, with its steps.
package struct PromotionView: Sendable, Codable, Equatable {
    package var id: String
    package var project: String
    package var stage: String
    package var freight: String
    /// The freight's artifacts, in one line.
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
    /// Facts that may surprise, one sentence each; `nil`: there are none.
    package var warnings: [String]?
    /// The freight's alias, as long as the freight is kept.
    package var alias: String?
    package var warehouse: String?
    /// The freight's artifacts as values.
    package var contents: [ArtifactView]
    /// The number, from 1, of the step that runs or comes next; `nil`: the promotion has ended.
    package var step: Int?
    package var stepCount: Int
    /// Why the promotion did not succeed, or has not succeeded yet.
    package var failure: FailureRecord?
    /// The step at which it failed; `nil`: the failure is not a step's.
    package var failedStep: FailedStepView?
    /// Whether it waits until a person accepts its difference.
    package var awaitsAcceptance: Bool
    /// The tree that a person has accepted.
    package var acceptedTree: String?
    /// Configuration and outputs of its steps; only in the view of a single promotion.
    package var results: [StepResult]?
    /// The preview from which it was made; `nil`: there is none.
    package var preview: String?
    /// A code for programs that says why it failed: `preview-outdated`; `nil`: the failure has no code.
    package var code: String?
    /// The differences from its preview, where they are the reason for the failure.
    package var outdated: OutdatedPreview?

    /// - Parameter freight: `nil` where the freight was deleted.
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
