import HoistwayModel
import HoistwayPorts

/// `tar`: makes an archive of a file or of a folder's files.
struct TarStep: PromotionStep {
    static let schema = StepSchema(
        "tar",
        .workspace,
        "Creates a tar archive of a file or of a folder. The same files always give the same bytes. Each file may "
            + "have at most 50 MiB, all files together 100 MiB.",
        [
            .path("inPath", "The file or folder. Names in the archive are relative to the folder."),
            .path("outPath", "The archive. An existing file is replaced."),
            .flag("gzip", "Compresses the archive."),
            ArchiveIgnore.field,
        ]
    )

    private let inPath: String
    private let outPath: String
    private let isCompressed: Bool
    private let ignore: ArchiveIgnore

    init(_ config: StepConfiguration) {
        inPath = config.requiredText("inPath")
        outPath = config.requiredText("outPath")
        isCompressed = config.flag("gzip")
        ignore = ArchiveIgnore(config)
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let files = try await files(in: context)
        var writer = TarWriter()
        var total = 0
        let workspace = context.workspace
        try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.prefetch(files.map(\.path)) }
        for file in files {
            let content = try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.read(file.path) }
            guard let content else { throw .workspace(.missing(path: file.path.shortened)) }
            guard content.count <= TarFormat.maxFileBytes else {
                throw .unmet("\(file.path.shortened) is larger than \(TarFormat.maxFileBytes >> 20) MiB", hint: nil)
            }
            total += content.count
            guard total <= TarFormat.maxTotalBytes else {
                throw .unmet("\(inPath) has more than \(TarFormat.maxTotalBytes >> 20) MiB", hint: nil)
            }
            writer.add(file.name, content, isExecutable: file.isExecutable)
        }
        let archive = writer.finished()
        try await StepFile(outPath, in: context).write(isCompressed ? Gzip.compress(archive) : archive)
        let count = files.count
        let message = "packed \(count) file\(count == 1 ? "" : "s") of \(inPath) into \(outPath)"
        var outcome = StepOutcome(.succeeded, message: message)
        if files.isEmpty { outcome.warnings = ["\(outPath) is an empty archive: \(inPath) has no files to pack"] }
        return outcome
    }

    private struct File {
        /// From the workspace's root.
        var path: GitPath
        /// In the archive.
        var name: GitPath
        var isExecutable: Bool
    }

    /// Sorted by their names.
    private func files(in context: StepContext) async throws(StepFailure) -> [File] {
        let source = StepFile(inPath, in: context)
        if let link = try await source.symlink() {
            throw .unmet("\(inPath) is not packed: \(link) is a symlink, and symlinks are not followed", hint: nil)
        }
        let path = source.path.path
        let workspace = context.workspace
        switch try await inWorkspace({ () throws(WorkspaceFailure) in try await workspace.entry(at: path) }) {
        case nil: throw .workspace(.missing(path: inPath))
        case .symlink, .submodule: throw .workspace(.notAFile(path: inPath))
        case .file(let isExecutable):
            return ignore.ignores([path.name])
                ? [] : [File(path: path, name: path.name, isExecutable: isExecutable)]
        case .folder: break
        }
        let listed = try await inWorkspace { () throws(WorkspaceFailure) in
            try await workspace.list(path, limit: TarFormat.maxEntries)
        }
        guard listed.count <= TarFormat.maxEntries else {
            throw .unmet("\(inPath) has more than \(TarFormat.maxEntries) files", hint: nil)
        }
        let target = WorkspacePath(outPath).path
        let depth = path.depth
        return listed.compactMap { found, entry in
            guard case .file(let isExecutable) = entry, found != target else { return nil }
            let names = Array(found.names.dropFirst(depth))
            guard !ignore.ignores(names) else { return nil }
            return File(path: found, name: names.reduce("") { $0.appending($1) }, isExecutable: isExecutable)
        }
    }
}
