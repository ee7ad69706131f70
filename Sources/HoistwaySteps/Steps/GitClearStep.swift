import HoistwayModel
import HoistwayPorts

/// `git-clear`: removes every tracked file of a checkout.
struct GitClearStep: PromotionStep {
    static let schema = StepSchema(
        "git-clear",
        .workspace,
        "Removes every tracked file of a checkout, or of a folder in a checkout.",
        [.path("The checkout, or a folder in a checkout.")]
    )

    private let path: String

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let hadFiles = try await inWorkspace { () throws(WorkspaceFailure) in try await context.workspace.clear(path) }
        // A first promotion to a new folder or branch has nothing to clear.
        return StepOutcome(.succeeded, message: hadFiles ? "cleared \(path)" : "\(path) has no files: nothing to clear")
    }
}
