import HoistwayModel
import HoistwayPorts

/// `delete`: removes files and folders.
struct DeleteStep: PromotionStep {
    static let schema = StepSchema(
        "delete",
        .workspace,
        "Removes files and folders. For a symlink, it removes the link and keeps the target.",
        [
            StepSchema.Field("path", .path, emptyIsAbsent: true, "The file, symlink or folder to remove."),
            StepSchema.Field("paths", .list(.path, atLeast: 1), "Several files, symlinks or folders to remove."),
            StepSchema.Field(
                "pathsAreGlobs",
                .flag,
                defaultValue: .bool(false),
                "Reads `path` and `paths` as patterns: `*` and `?` within a name, `**` for any folders, `[…]`, "
                    + "`{…,…}`."
            ),
            StepSchema.Field(
                "strict",
                .flag,
                defaultValue: .bool(false),
                "The step fails if a path does not exist or a pattern matches nothing. Nothing is removed then."
            ),
        ],
        rules: [.exactlyOne(["path", "paths"], says: "delete has either path or paths")]
    )

    private let paths: [String]
    private let areGlobs: Bool
    private let isStrict: Bool

    init(_ config: StepConfiguration) {
        paths = config.text("path").map { [$0] } ?? config.texts("paths")
        areGlobs = config.flag("pathsAreGlobs")
        isStrict = config.flag("strict")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        for path in paths where WorkspacePath.leadsOut(path) {
            throw .unmet("\(path) leads out of the promotion's files, and nothing there is deleted", hint: nil)
        }
        let found = areGlobs ? try await matches(context) : try await literals(context)
        var removed = 0
        for path in found {
            // A file in a folder that was removed just before is gone too.
            let isRemoved = try await inWorkspace { () throws(WorkspaceFailure) in
                try await context.workspace.remove(path)
            }
            if isRemoved { removed += 1 }
        }
        guard removed > 0 else {
            return StepOutcome(.succeeded, message: "nothing to delete: \(Listing.text(paths)) \(absence)")
        }
        let shown = found.map(\.shortened)
        return StepOutcome(.succeeded, message: "deleted \(Listing.text(shown, limit: 10))")
    }

    private var absence: String {
        if areGlobs { return paths.count == 1 ? "matches nothing" : "match nothing" }
        return paths.count == 1 ? "does not exist" : "do not exist"
    }

    private func literals(_ context: StepContext) async throws(StepFailure) -> [GitPath] {
        var found: [GitPath] = []
        for path in paths {
            let file = StepFile(path, in: context)
            if let link = try await file.symlink(), link != file.path {
                throw .unmet("\(path) is not deleted: \(link) is a symlink, and symlinks are not followed", hint: nil)
            }
            let entry = try await inWorkspace { () throws(WorkspaceFailure) in
                try await context.workspace.entry(at: file.path.path)
            }
            if entry != nil {
                if !found.contains(file.path.path) { found.append(file.path.path) }
            } else if isStrict {
                throw .workspace(.missing(path: path))
            }
        }
        return found
    }

    private func matches(_ context: StepContext) async throws(StepFailure) -> [GitPath] {
        guard let matcher = context.matcher else {
            throw .cannotAct("delete cannot match patterns here", hint: nil)
        }
        var globs: [WorkspaceGlob] = []
        for path in paths {
            if let problem = matcher.problem(withGlob: path) {
                throw .cannotAct("\(path) is not a pattern that can be matched: \(problem)", hint: nil)
            }
            globs.append(WorkspaceGlob(path))
        }
        let search = WorkspaceGlobSearch(context.workspace, matcher, mounts: context.mounts)
        var found: Set<GitPath> = []
        for (glob, text) in zip(globs, paths) {
            let matches = try await search.matches(of: glob)
            if matches.isEmpty, isStrict { throw .unmet("\(text) matches nothing", hint: nil) }
            found.formUnion(matches)
        }
        return found.sorted()
    }
}
