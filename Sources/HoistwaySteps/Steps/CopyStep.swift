import HoistwayModel
import HoistwayPorts

/// `copy`: merges files into a checkout; `.git` and the symlinks of merged folders are never copied.
struct CopyStep: PromotionStep {
    static let schema = StepSchema(
        "copy",
        .workspace,
        "Copies a file, or the files of a folder, into a checkout.",
        [
            .path("inPath", "The file or folder to copy."),
            .path(
                "outPath",
                "The destination: the path of the new file, or the folder into which the files are merged."
            ),
            StepSchema.Field(
                "ignore",
                .text,
                emptyIsAbsent: true,
                "Files to leave out: patterns as in .gitignore, one per line."
            ),
        ]
    )

    private let inPath: String
    private let outPath: String
    private let ignore: [String]

    init(_ config: StepConfiguration) {
        inPath = config.requiredText("inPath")
        outPath = config.requiredText("outPath")
        ignore = config.text("ignore")?.split(whereSeparator: \.isNewline).map(String.init) ?? []
    }

    /// What the copy left out; empty where it copied all.
    private static func leftOut(_ result: CopyResult) -> String {
        let symlinks = named(result.symlinks, of: result.symlinkCount, "symlink")
        let submodules = named(result.submodules, of: result.submoduleCount, "submodule")
        let parts = [symlinks, submodules].compactMap(\.self)
        return parts.isEmpty ? "" : "; left out \(parts.joined(separator: " and "))"
    }

    private static func named(_ paths: [GitPath], of count: Int, _ what: String) -> String? {
        guard count > 0 else { return nil }
        let names = paths.map(\.shortened).joined(separator: ", ")
        let more = count > paths.count ? ", and \(count - paths.count) more" : ""
        return "\(count) \(what)\(count > 1 ? "s" : "") (\(names)\(more))"
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let result = try await inWorkspace { () throws(WorkspaceFailure) in
            try await context.workspace.copy(from: inPath, to: outPath, ignore: ignore)
        }
        guard result.hasCopied else {
            let nothing = "nothing was copied to \(outPath): \(inPath) has no files but those that are ignored"
            var outcome = StepOutcome(.succeeded, message: nothing + Self.leftOut(result))
            outcome.warnings = [nothing]
            return outcome
        }
        return StepOutcome(.succeeded, message: "copied \(inPath) to \(outPath)\(Self.leftOut(result))")
    }
}
