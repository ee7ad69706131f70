import HoistwayModel
import HoistwayPatterns
import HoistwayPorts
import HoistwaySettings

/// Reads the manifests of a source at its branch's tip: the trees on the way and the files themselves, no more.
struct ManifestFetch: Sendable {
    static let maxFiles = 500
    /// Of all files of a source together, in bytes.
    static let maxBytes = 16 * 1024 * 1024
    /// Folders beneath the source's own.
    static let maxFolders = 1000
    static let maxDepth = 16
    /// Names in all of these folders together: one wide tree may be named a thousand times.
    static let maxNames = 100_000
    /// For one source from the first question to the last file: a server may answer in drips without end.
    static let maxTime: Duration = .seconds(120)
    /// The same where somebody waits for the answer.
    static let maxWait: Duration = .seconds(30)

    let remotes: any GitRemotes
    let clock: any WallClock
    /// Of manifests that do not lie in Git; `nil`: they cannot be made here.
    let generator: (any ManifestGenerator)?
    private let matcher = Patterns()

    init(remotes: any GitRemotes, clock: any WallClock, generator: (any ManifestGenerator)? = nil) {
        self.remotes = remotes
        self.clock = clock
        self.generator = generator
    }

    /// `nil` where the tip is still at `known`.
    func version(
        of source: ManifestSource,
        unless known: ObjectID?,
        within limit: Duration = maxTime
    ) async throws -> ManifestVersion? {
        try await withThrowingTaskGroup(of: ManifestVersion?.self) { group in
            group.addTask { try await read(source, unless: known) }
            group.addTask {
                try await clock.sleep(for: limit)
                throw ManifestFailure.tooSlow(source: source.place, limit: limit)
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    private func read(_ source: ManifestSource, unless known: ObjectID?) async throws -> ManifestVersion? {
        if let applications = source.applications {
            guard let generator else {
                throw ManifestFailure.notSeen(cluster: applications.cluster, reason: "no cluster is followed")
            }
            return try await generator.version(of: source, unless: known)
        }
        let remote = try remotes.remote(
            source.repoURL,
            // A path needs no credential, and the configuration may name one whatever the project's manifests may.
            project: source.repoURL.hasPrefix("file:") ? "" : source.credentialProject,
            insecureSkipTLSVerify: false
        )
        let tip = try await tip(of: source, in: remote)
        guard tip != known else { return nil }
        try await remote.load([PathWant(commit: tip, directory: source.path.folder)])
        let found = try await files(of: source, below: try await remote.commit(tip).tree, in: remote)
        guard !found.isEmpty else { throw ManifestFailure.nothingThere(source: source.place) }
        try await remote.prefetch(found.map(\.id))
        var files: [ManifestVersion.File] = []
        var left = Self.maxBytes
        for (path, id) in found {
            let bytes = try await remote.blob(id)
            left -= bytes.count
            guard left >= 0 else {
                throw ManifestFailure.tooMuch(source: source.place, what: "\(Self.maxBytes) bytes in all")
            }
            guard let text = YamlText.decode(bytes) else {
                throw ManifestFailure.notText(source: source.place, path: path)
            }
            files.append(ManifestVersion.File(path: path, text: text))
        }
        files.sort { GitPath($0.path) < GitPath($1.path) }
        return ManifestVersion(source: source, commit: tip, readAt: clock.now(), files: files)
    }

    private func tip(of source: ManifestSource, in remote: any GitRemote) async throws -> ObjectID {
        let wanted = source.branch.map { "refs/heads/" + $0 }
        let snapshot = try await remote.refs(prefixes: [wanted ?? "HEAD"])
        let tip =
            wanted.map { snapshot.refs[$0] }
            ?? snapshot.defaultBranch.flatMap { snapshot.refs[$0] } ?? snapshot.refs["HEAD"]
        guard let tip else {
            throw ManifestFailure.noBranch(source: source.place, branch: source.branch ?? "that HEAD points at")
        }
        return tip
    }

    /// Level by level, so that each costs one request.
    private func files(
        of source: ManifestSource,
        below root: ObjectID,
        in remote: any GitRemote
    ) async throws -> [(path: String, id: ObjectID)] {
        guard let start = try await start(of: source, below: root, in: remote) else { return [] }
        var walk = Walk(source: source)
        try walk.add(start, matcher: matcher)
        for _ in 0...Self.maxDepth where !walk.level.isEmpty {
            let folders = walk.level
            walk.level = []
            try await remote.prefetch(folders.map(\.id))
            for folder in folders {
                let entries = try await remote.tree(folder.id)
                try walk.count(entries.count)
                for entry in entries {
                    try walk.add(
                        Entry(path: folder.path.appending(entry.name), mode: entry.mode, id: entry.id),
                        matcher: matcher
                    )
                }
            }
        }
        guard walk.level.isEmpty else {
            throw ManifestFailure.tooMuch(source: source.place, what: "folders more than \(Self.maxDepth) levels deep")
        }
        return walk.found
    }

    private struct Entry {
        var path: GitPath
        var mode: FileMode
        var id: ObjectID
    }

    /// What was found on the way down; only what is wanted is held, and no more than the limits.
    private struct Walk {
        let source: ManifestSource
        var found: [(path: String, id: ObjectID)] = []
        /// Folders that were not looked into yet.
        var level: [Entry] = []
        private var folders = 0
        private var names = 0

        init(source: ManifestSource) {
            self.source = source
        }

        mutating func count(_ names: Int) throws(ManifestFailure) {
            self.names += names
            guard self.names <= ManifestFetch.maxNames else {
                throw .tooMuch(source: source.place, what: "\(ManifestFetch.maxNames) names in its folders")
            }
        }

        mutating func add(_ entry: Entry, matcher: Patterns) throws(ManifestFailure) {
            if entry.mode == .tree {
                folders += 1
                guard folders <= ManifestFetch.maxFolders else {
                    throw .tooMuch(source: source.place, what: "\(ManifestFetch.maxFolders) folders")
                }
                level.append(entry)
                return
            }
            guard source.path.selects(entry.path.matchable, matcher: matcher) else { return }
            guard let path = entry.path.text, SafeText.line(path) == path else {
                throw .oddName(source: source.place, path: entry.path.description)
            }
            guard entry.mode == .file || entry.mode == .executable else {
                throw .notAFile(source: source.place, path: path)
            }
            found.append((path, entry.id))
            guard found.count <= ManifestFetch.maxFiles else {
                throw .tooMuch(source: source.place, what: "\(ManifestFetch.maxFiles) files")
            }
        }
    }

    /// The source's folder, or its one file; `nil` where there is none.
    private func start(
        of source: ManifestSource,
        below root: ObjectID,
        in remote: any GitRemote
    ) async throws -> Entry? {
        var here = Entry(path: "", mode: .tree, id: root)
        for name in source.path.folder.split(separator: "/") {
            guard here.mode == .tree, let entry = try await remote.entry(GitPath(name), in: here.id) else { return nil }
            here = Entry(path: here.path.appending(entry.name), mode: entry.mode, id: entry.id)
        }
        return here
    }
}
