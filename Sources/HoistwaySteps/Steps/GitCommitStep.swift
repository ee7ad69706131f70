import HoistwayModel
import HoistwayPorts

/// `git-commit`: makes a commit of what changed in a checkout; skipped where nothing did.
struct GitCommitStep: PromotionStep {
    static let name = "git-commit"

    private let path: String
    private let message: String?
    private let hasAuthor: Bool

    init(config: ConfigValue) throws(StepFailure) {
        let reader = try ConfigReader(config, step: Self.name, known: ["path", "message", "author"])
        path = try reader.requiredText("path")
        message = try reader.text("message")
        let author = try reader.reader("author", known: ["name", "email", "signingKey"])
        hasAuthor = author != nil
        if let author {
            _ = try author.text("name")
            _ = try author.text("email")
            guard !author.has("signingKey") else {
                throw author.failure("signingKey", "is not supported: commits are not signed")
            }
        }
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let composed = CommitMessage(context: context, configured: message)
        let result = try await inWorkspace { () throws(WorkspaceFailure) in
            try await context.workspace.commit(path, message: composed.text, trailers: composed.trailers)
        }
        switch result {
        case .committed(let id):
            let note = hasAuthor ? " with the author of Hoistway's own configuration" : ""
            let message = "committed \(id.short)\(note)"
            var outcome = StepOutcome(.succeeded, output: ["commit": .string(id.hex)], message: message)
            outcome.commit = MadeCommit(path: WorkspacePath.clean(path), subject: composed.subject)
            return outcome
        case .nothingChanged(let head):
            let output = head.map { ["commit": ConfigValue.string($0.hex)] } ?? [:]
            return StepOutcome(.skipped("nothing changed in Git"), output: output)
        }
    }
}
