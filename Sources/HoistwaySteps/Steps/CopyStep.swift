import HoistwayModel
import HoistwayPorts

/// `copy`: merges files into a checkout; `.git` and the symlinks of merged folders never come along.
struct CopyStep: PromotionStep {
    static let name = "copy"

    private let inPath: String
    private let outPath: String
    private let ignore: [String]

    init(config: ConfigValue) throws(StepFailure) {
        let reader = try ConfigReader(config, step: Self.name, known: ["inPath", "outPath", "ignore"])
        inPath = try reader.requiredText("inPath")
        outPath = try reader.requiredText("outPath")
        ignore = try reader.text("ignore")?.split(whereSeparator: \.isNewline).map(String.init) ?? []
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let hasCopied = try await inWorkspace { () throws(WorkspaceFailure) in
            try await context.workspace.copy(from: inPath, to: outPath, ignore: ignore)
        }
        guard hasCopied else {
            let nothing = "nothing was copied to \(outPath): \(inPath) has no files but those that are ignored"
            var outcome = StepOutcome(.succeeded, message: nothing)
            outcome.warnings = [nothing]
            return outcome
        }
        return StepOutcome(.succeeded, message: "copied \(inPath) to \(outPath)")
    }
}
