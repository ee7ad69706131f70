import HoistwayModel
import HoistwayPorts

/// `git-commit`: makes a commit of what changed in a checkout; skipped where nothing did.
struct GitCommitStep: PromotionStep {
    static let schema = StepSchema(
        "git-commit",
        .workspace,
        "Commits the changes in a checkout. It is skipped if nothing changed.",
        [
            .path("The checkout."),
            // Kargo requires it.
            StepSchema.Field(
                "message",
                .text,
                "The commit message. Without it, the message names each image with its old and new version."
            ),
            StepSchema.Field(
                "messageFromSteps",
                .list(.text),
                "Steps from whose `commitMessage` the message is made. Older form (Kargo 0.9 to 1.4)."
            ),
            .author,
        ],
        rules: [
            .atMostOne(
                ["message", "messageFromSteps"],
                says: "git-commit has at most one of message and messageFromSteps"
            )
        ]
    )

    private let path: String
    private let message: String?
    /// Aliases of steps, which Kargo 0.9 to 1.4 had in place of a message.
    private let messageFromSteps: [String]
    private let author: CommitAuthor?

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        message = config.text("message")
        messageFromSteps = config.texts("messageFromSteps")
        author = config.author
    }

    /// The message of the configuration; where it comes from steps, it is composed as in Kargo 1.4.
    private func configured(in context: StepContext) -> String? {
        guard !messageFromSteps.isEmpty else { return message }
        // A step without a message, such as a skipped one, is ignored.
        let texts = messageFromSteps.compactMap { context.outputs[$0]?["commitMessage"]?.string }
        switch texts.count {
        case 0: return "Kargo made some changes"
        case 1: return texts[0]
        default:
            let lines = texts.map { "  * \($0)" }
            return (["Kargo applied multiple changes", "", "Including:", ""] + lines).joined(separator: "\n")
        }
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let changes = try await CommittedImages(context, committing: path).changes()
        let composed = CommitMessage(context: context, changes: changes, configured: configured(in: context))
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
                path: WorkspacePath(path),
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
