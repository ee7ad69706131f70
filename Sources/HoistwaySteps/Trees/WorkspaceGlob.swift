import HoistwayModel
import HoistwayPorts

/// A doublestar pattern for paths from the workspace's root.
struct WorkspaceGlob {
    /// Without `.` and `..`, in the form for matching.
    let pattern: String
    /// The folder that holds all matches, or is the only one: the names before the first one with a pattern.
    let folder: GitPath
    /// A slash at the end: only folders are meant.
    let isForFolders: Bool

    init(_ text: String) {
        isForFolders = text.hasSuffix("/")
        let path = WorkspacePath(text)
        pattern = path.text
        folder = path.globFolder.path
    }
}

/// Finds what patterns match in a workspace; symlinks are not followed.
struct WorkspaceGlobSearch {
    /// Files that are looked at for one pattern.
    static let maxFiles = 50_000
    /// Longest path that a pattern is compared with, in bytes.
    static let maxPathBytes = 4096

    private let workspace: any Workspace
    private let matcher: any PatternMatcher
    private let mounts: Set<GitPath>

    init(_ workspace: any Workspace, _ matcher: any PatternMatcher, mounts: [WorkspacePath]) {
        self.workspace = workspace
        self.matcher = matcher
        self.mounts = Set(mounts.map(\.path))
    }

    /// Files, symlinks, submodules and folders, without those inside a folder that matches too.
    ///
    /// A checkout itself, which `**` matches, stays where something in it matches.
    func matches(of glob: WorkspaceGlob) async throws(StepFailure) -> Set<GitPath> {
        let listed = try await inWorkspace { () throws(WorkspaceFailure) in
            try await workspace.list(glob.folder, limit: Self.maxFiles)
        }
        let here = try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.entry(at: glob.folder) }
        guard listed.count <= Self.maxFiles else {
            throw .unmet(
                "\(glob.pattern) is to be compared with more than \(Self.maxFiles) files",
                hint: "begin the pattern with the folder that is meant"
            )
        }
        var paths = Set(listed.map(\.path))
        if here != nil, !glob.folder.isEmpty { paths.insert(glob.folder) }
        for path in listed.map(\.path) {
            var folder = path.folder
            while folder.bytes.count > glob.folder.bytes.count, paths.insert(folder).inserted { folder = folder.folder }
        }
        if let long = paths.first(where: { $0.bytes.count > Self.maxPathBytes }) {
            throw .unmet("\(long.shortened) is too long a path to compare with a pattern", hint: nil)
        }
        if glob.isForFolders { paths.subtract(listed.map(\.path)) }
        let matching = paths.filter { matcher.matches(glob: glob.pattern, $0.matchable) }
        let roots = matching.filter { root in mounts.contains { $0.isInside(root) } }
        let inner = matching.subtracting(roots)
        return inner.isEmpty ? roots : inner
    }
}
