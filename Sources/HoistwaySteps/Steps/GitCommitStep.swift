import HoistwayModel
import HoistwayPorts

/// `git-commit`: makes a commit of what changed in a checkout; skipped where nothing did.
struct GitCommitStep: PromotionStep {
    static let name = "git-commit"

    private let path: String
    private let message: String?
    private let author: CommitAuthor?

    init(config: ConfigValue) throws(StepFailure) {
        let reader = try ConfigReader(config, step: Self.name, known: ["path", "message", "author"])
        path = try reader.requiredText("path")
        message = try reader.text("message")
        author = try reader.author()
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let changes = try await CommittedImages(context, committing: path).changes()
        let composed = CommitMessage(context: context, changes: changes, configured: message)
        let result = try await inWorkspace { () throws(WorkspaceFailure) in
            try await context.workspace.commit(
                path,
                message: composed.text,
                trailers: composed.trailers,
                author: author
            )
        }
        switch result {
        case .committed(let id):
            var outcome = StepOutcome(
                .succeeded,
                output: ["commit": .string(id.hex)],
                message: "committed \(id.short)"
            )
            outcome.commit = MadeCommit(
                path: WorkspacePath.clean(path),
                subject: composed.subject,
                changesBefore: context.imageChanges.count
            )
            return outcome
        case .nothingChanged(let head):
            let output = head.map { ["commit": ConfigValue.string($0.hex)] } ?? [:]
            return StepOutcome(.skipped("nothing changed in Git"), output: output)
        }
    }
}
