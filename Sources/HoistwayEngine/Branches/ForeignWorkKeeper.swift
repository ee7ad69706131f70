import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Keeps what others changed on a branch that a promotion replaces or copies over (`foreignCommits: keep`).
///
/// What others changed is the difference between the head that was last ours and the tip. Each such file is taken
/// over into the new tree, unless the promotion changed the same file: then it stops, and names the file.
struct ForeignWorkKeeper: Sendable {
    /// More files of others than this are not sorted out by a program.
    static let maxFiles = 500

    let core: EngineCore

    enum Result {
        case kept(PushNeed)
        case refused(String)
    }

    func keep(_ need: PushNeed, tip: ObjectID, lastOwnHead: ObjectID?) async throws -> Result {
        let remote = need.outgoing.remote
        guard let made = need.outgoing.commits.last else { return .kept(need) }
        let commit = try await remote.commit(made)
        let theirs = try await remote.commit(tip).tree
        var before: ObjectID?
        if let lastOwnHead, !lastOwnHead.isZero { before = try await remote.commit(lastOwnHead).tree }
        let changes = try await core.ports.workspaces.changes(
            from: before,
            to: theirs,
            in: remote,
            limit: Self.maxFiles
        )
        guard !changes.isCut else {
            return .refused(
                "others changed more than \(Self.maxFiles) files of \(need.targetBranch): look at them first"
            )
        }
        var tree = commit.tree
        for path in changes.paths {
            let place = TreePath(path)
            let wanted = try await place.entry(in: theirs, remote)
            let ours = try await place.entry(in: commit.tree, remote)
            guard ours != wanted else { continue }
            guard try await ours == place.entry(in: before, remote) else {
                return .refused("\(path) of \(need.targetBranch) was changed by others and by this promotion")
            }
            tree = try await place.set(wanted, in: tree, remote)
        }
        return .kept(try await CommitRemaking(commit: commit).replacing(tree: tree, theirs: theirs, in: need))
    }
}
