import HoistwayModel
import HoistwayPorts

/// `file-write`: writes a text into a file.
struct FileWriteStep: PromotionStep {
    static let schema = StepSchema(
        "file-write",
        .workspace,
        "Writes text to a file.",
        [
            StepSchema.Field("path", .newFile, isRequired: true, "The file."),
            StepSchema.Field(
                "contents",
                .text,
                isRequired: true,
                emptyIsAbsent: true,
                "The text to write. It may be empty."
            ),
            StepSchema.Field(
                "permissions",
                .fileMode,
                emptyIsAbsent: true,
                defaultValue: .string("0600"),
                "The file mode. It cannot make the file executable, and Git stores nothing else of a mode. So the "
                    + "key has no effect on the commit."
            ),
            StepSchema.Field("overwrite", .flag, defaultValue: .bool(false), "Replaces an existing file."),
        ]
    )

    private let path: String
    private let contents: String
    private let overwrites: Bool

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        contents = config.text("contents") ?? ""
        overwrites = config.flag("overwrite")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let file = StepFile(path, in: context)
        if let link = try await file.symlink() {
            throw .cannotAct("\(path) is not written: \(link) is a symlink, and symlinks are not followed", hint: nil)
        }
        let workspace = context.workspace
        let old = try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.entry(at: file.path.path) }
        guard old == nil || overwrites else {
            throw .cannotAct("\(path) exists already", hint: "overwrite: true replaces it")
        }
        if old == .file(isExecutable: true) {
            try await inWorkspace { () throws(WorkspaceFailure) in _ = try await workspace.remove(file.path.path) }
        }
        try await file.write(Array(contents.utf8))
        return StepOutcome(.succeeded, message: "\(old == nil ? "wrote" : "replaced") \(file.shown)")
    }
}
