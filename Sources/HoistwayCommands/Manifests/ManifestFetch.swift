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

    let remotes: any GitRemotes
    let clock: any WallClock
    private let matcher = Patterns()

    init(remotes: any GitRemotes, clock: any WallClock) {
        self.remotes = remotes
        self.clock = clock
    }

    /// `nil` where the tip is still at `known`.
    func version(of source: ManifestSource, unless known: ObjectID?) async throws -> ManifestVersion? {
        let remote = try remotes.remote(
            source.repoURL,
            project: source.credentialProject,
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
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw ManifestFailure.notText(source: source.place, path: path)
            }
            files.append(ManifestVersion.File(path: path, text: text))
        }
        files.sort { $0.path < $1.path }
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
        guard var level = try await start(of: source, below: root, in: remote) else { return [] }
        var found: [(path: String, id: ObjectID)] = []
        var folders = 0
        for _ in 0...Self.maxDepth where !level.isEmpty {
            let trees = level.filter { $0.mode == .tree }
            for entry in level where entry.mode != .tree && source.path.selects(entry.path, matcher: matcher) {
                guard entry.mode == .file || entry.mode == .executable else {
                    throw ManifestFailure.notAFile(source: source.place, path: entry.path)
                }
                found.append((entry.path, entry.id))
            }
            folders += trees.count
            guard found.count <= Self.maxFiles, folders <= Self.maxFolders else {
                let what = "\(Self.maxFiles) files, or \(Self.maxFolders) folders"
                throw ManifestFailure.tooMuch(source: source.place, what: what)
            }
            try await remote.prefetch(trees.map(\.id))
            level = []
            for folder in trees {
                level += try await remote.tree(folder.id).map { entry in
                    let path = folder.path.isEmpty ? entry.name : "\(folder.path)/\(entry.name)"
                    return Entry(path: path, mode: entry.mode, id: entry.id)
                }
            }
        }
        guard level.isEmpty else {
            throw ManifestFailure.tooMuch(source: source.place, what: "folders more than \(Self.maxDepth) levels deep")
        }
        return found
    }

    private struct Entry {
        var path: String
        var mode: FileMode
        var id: ObjectID
    }

    /// The source's folder, or its one file; `nil` where there is none.
    private func start(
        of source: ManifestSource,
        below root: ObjectID,
        in remote: any GitRemote
    ) async throws -> [Entry]? {
        var here = Entry(path: "", mode: .tree, id: root)
        for name in source.path.folder.split(separator: "/") {
            guard here.mode == .tree, let entry = try await remote.entry(String(name), in: here.id) else { return nil }
            let path = here.path.isEmpty ? entry.name : "\(here.path)/\(entry.name)"
            here = Entry(path: path, mode: entry.mode, id: entry.id)
        }
        return [here]
    }
}
