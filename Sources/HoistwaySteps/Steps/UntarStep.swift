import HoistwayModel
import HoistwayPorts

/// `untar`: unpacks an archive into a folder, in place of what is there.
struct UntarStep: PromotionStep {
    static let schema = StepSchema(
        "untar",
        .workspace,
        "Unpacks a tar archive, with or without gzip compression. It replaces everything at `outPath`. Each file "
            + "may have at most 50 MiB, all files together 100 MiB. Links, and entries whose names lead outside of "
            + "the folder, are left out.",
        [
            .path("inPath", "The archive."),
            .path("outPath", "The folder. Its present files are removed first."),
            StepSchema.Field(
                "stripComponents",
                .wholeNumber(0...Int(Int32.max)),
                defaultValue: .number(0),
                "The number of leading names to remove from each path. An entry with no other names is left out."
            ),
            ArchiveIgnore.field,
        ]
    )

    private let inPath: String
    private let outPath: String
    private let stripped: Int
    private let ignore: ArchiveIgnore

    init(_ config: StepConfiguration) {
        inPath = config.requiredText("inPath")
        outPath = config.requiredText("outPath")
        if case .number(let count) = config.value("stripComponents") {
            stripped = Int(exactly: count) ?? 0
        } else {
            stripped = 0
        }
        ignore = ArchiveIgnore(config)
    }

    /// The contents of an archive.
    private struct Unpacked {
        /// Of a path that appears twice the last one counts.
        var files: [GitPath: ArraySlice<UInt8>] = [:]
        var executables: Set<GitPath> = []
        var unsafe = Omitted()
        var links = Omitted()
        var others = Omitted()
    }

    /// Entries that were left out; the first ones are named.
    private struct Omitted {
        var names: [String] = []
        var count = 0

        mutating func add(_ path: GitPath) {
            count += 1
            if names.count < 10 { names.append(path.shortened) }
        }

        func warning(_ one: String, _ several: String, _ why: String) -> String? {
            guard count > 0 else { return nil }
            let more = count > names.count ? ", and \(count - names.count) more" : ""
            return "\(count) \(count == 1 ? one : several) of the archive left out, \(why): "
                + names.joined(separator: ", ") + more
        }
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let file = StepFile(inPath, in: context)
        var archive = try await file.content()
        if Gzip.isGzip(archive) {
            do throws(Gzip.Failure) {
                archive = try Gzip.decompress(archive, limit: TarFormat.maxArchiveBytes)
            } catch {
                switch error {
                case .damaged: throw .unmet("\(file.shown) is not valid gzip", hint: nil)
                case .tooLarge: throw tooLarge(file)
                }
            }
        }
        let unpacked = try unpack(archive, file)
        try await clear(in: context)
        let workspace = context.workspace
        let target = WorkspacePath(outPath)
        for (path, content) in unpacked.files.sorted(by: { $0.key < $1.key }) {
            let place = target.appending(path)
            try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.write(place.text, Array(content))
            }
        }
        let count = unpacked.files.count
        var outcome = StepOutcome(
            .succeeded,
            message: "unpacked \(count) file\(count == 1 ? "" : "s") of \(inPath) into \(outPath)"
        )
        let executables = unpacked.executables.sorted().map(\.shortened)
        outcome.warnings = [
            unpacked.unsafe.warning("entry", "entries", "since its name leads elsewhere"),
            unpacked.links.warning("link", "links", "as links are not made here"),
            unpacked.others.warning("entry", "entries", "which are neither files nor folders"),
            executables.isEmpty
                ? nil : "executable in the archive, and not here: \(Listing.text(executables, limit: 10))",
            count == 0 ? "nothing was unpacked: \(inPath) has no files but those that are left out" : nil,
        ].compactMap(\.self)
        return outcome
    }

    private func tooLarge(_ file: StepFile) -> StepFailure {
        .unmet("\(file.shown) holds more than \(TarFormat.maxTotalBytes >> 20) MiB", hint: nil)
    }

    private func unpack(_ archive: [UInt8], _ file: StepFile) throws(StepFailure) -> Unpacked {
        var unpacked = Unpacked()
        var reader = TarReader(archive)
        var total = 0
        while let entry = try next(&reader, file) {
            let isExecutable: Bool
            switch entry.kind {
            case .folder: continue
            case .file(let flag): isExecutable = flag
            case .link, .other:
                let names = Self.names(entry.path) ?? []
                if names.count > stripped, ignore.ignores(Array(names.dropFirst(stripped))) { continue }
                if entry.kind == .link { unpacked.links.add(entry.path) } else { unpacked.others.add(entry.path) }
                continue
            }
            guard var names = Self.names(entry.path) else {
                unpacked.unsafe.add(entry.path)
                continue
            }
            guard names.count > stripped else { continue }
            names.removeFirst(stripped)
            guard !ignore.ignores(names) else { continue }
            guard entry.content.count <= TarFormat.maxFileBytes else {
                throw .unmet(
                    "\(entry.path.shortened) of \(file.shown) is larger than \(TarFormat.maxFileBytes >> 20) MiB",
                    hint: nil
                )
            }
            total += entry.content.count
            guard total <= TarFormat.maxTotalBytes else { throw tooLarge(file) }
            let path = names.reduce(GitPath("")) { $0.appending($1) }
            unpacked.files[path] = entry.content
            if isExecutable { unpacked.executables.insert(path) } else { unpacked.executables.remove(path) }
        }
        return unpacked
    }

    private func next(_ reader: inout TarReader, _ file: StepFile) throws(StepFailure) -> TarReader.Entry? {
        do throws(TarReader.Failure) {
            return try reader.next()
        } catch {
            throw .unmet("\(file.shown) cannot be unpacked: \(error.reason)", hint: nil)
        }
    }

    /// `nil` for a path that leads elsewhere, or that no file of a checkout can have.
    private static func names(_ path: GitPath) -> [GitPath]? {
        guard path.bytes.first != UInt8(ascii: "/"), path.text != nil else { return nil }
        let names = path.names.filter { $0 != "." }
        guard !names.isEmpty, names.count <= GitPath.maxDepth else { return nil }
        let isPlain = names.allSatisfy { name in
            name != ".." && !name.bytes.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") }
        }
        return isPlain ? names : nil
    }

    /// Removes what is at `outPath`.
    private func clear(in context: StepContext) async throws(StepFailure) {
        let target = StepFile(outPath, in: context)
        if let link = try await target.symlink(), link != target.path {
            throw .unmet("\(outPath) is not written: \(link) is a symlink, and symlinks are not followed", hint: nil)
        }
        let workspace = context.workspace
        let path = target.path
        try await inWorkspace { () throws(WorkspaceFailure) in
            if context.mounts.contains(path) {
                try await workspace.clear(path.text)
            } else if !path.isRoot, try await workspace.entry(at: path.path) != nil {
                try await workspace.remove(path.path)
            }
        }
    }
}
