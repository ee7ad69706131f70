import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Keeps what others changed on a branch that a promotion replaces or copies over (`foreignCommits: keep`).
///
/// What others changed is the difference between the commit below their first one and the tip. Each such file is copied
/// into the new tree. If the promotion changed the same file, it stops and names the file.
struct ForeignWorkKeeper: Sendable {
    /// Above this number of changed files, the promotion is refused.
    static let maxFiles = 500

    enum Result {
        case kept(PushNeed)
        case refused(String)
    }

    /// `earlier`: the files that were kept before, as this stage's last commit lists them.
    func keep(_ need: PushNeed, _ work: ForeignWork, earlier: [GitPath: ObjectID]) async throws -> Result {
        let remote = need.outgoing.remote
        guard let made = need.outgoing.commits.last else { return .kept(need) }
        let commit = try await remote.commit(made)
        // The parent of the promotion's commit; it may be a commit of this batch that is not pushed yet.
        let theirs = try await remote.commit(need.outgoing.base).tree
        var before: ObjectID?
        if let since = work.since, !since.isZero { before = try await remote.commit(since).tree }
        guard let files = work.files, files.count <= Self.maxFiles else {
            return .refused(
                "others changed more than \(Self.maxFiles) files of \(need.targetBranch): look at them first"
            )
        }
        var tree = commit.tree
        var kept: [GitPath: ObjectID] = [:]
        for path in files.union(earlier.keys).sorted() {
            let place = TreePath(path)
            let wanted = try await place.entry(in: theirs, remote)
            let ours = try await place.entry(in: commit.tree, remote)
            guard ours != wanted else { continue }
            let rendered: ObjectID
            if let known = earlier[path] {
                rendered = known
            } else {
                rendered = try await place.entry(in: before, remote)?.id ?? .zero
            }
            guard ours?.id ?? .zero == rendered else {
                return .refused("\(path) of \(need.targetBranch) was changed by others and by this promotion")
            }
            // If a file has replaced a folder, setting that file has already removed the folder's files.
            if try await place.entry(in: tree, remote) != wanted {
                tree = try await place.set(wanted, in: tree, remote)
            }
            kept[path] = rendered
        }
        let message = KeptFiles.note(kept, in: commit.message)
        return .kept(
            try await CommitRemaking(commit: commit).replacing(tree: tree, theirs: theirs, message: message, in: need)
        )
    }
}
