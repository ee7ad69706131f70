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
