import HoistwayModel
import HoistwayPorts

/// What lies between the head of a branch that is known and the one that the repository names.
struct NewCommits: Sendable {
    /// How many commits are looked through for one that is not Hoistway's own: more than a push brings.
    private static let maxHistory = BranchRecord.maxOwnCommits
    /// How many changed files are looked at; beyond, some will count.
    private static let maxChanges = 10_000

    let ports: EnginePorts
    /// The state of this moment: a push of ours is recorded before it is made, and so before anybody can see it.
    let present: @Sendable () async -> PipelineState

    /// Why the new head makes no freight; `nil` where it does, and where nobody can say what changed.
    func leftOut(
        _ head: ObjectID,
        after known: ObjectID?,
        of git: GitSubscription,
        remote: any GitRemote
    ) async throws -> String? {
        guard let known, known != head else { return nil }
        let filter = PathFilter(include: git.includePaths, exclude: git.excludePaths)
        let state = await present()
        let isOwn = state.isOwn(head)
        guard isOwn || !filter.isEmpty else { return nil }
        let history = try await remote.history(from: head, until: known, limit: Self.maxHistory)
        // Of a branch that was moved elsewhere nobody can say what changed.
        guard history.contains(where: { $0.parents.contains(known) }) else { return nil }
        if isOwn, history.allSatisfy({ state.isOwn($0.id) }) {
            return "commit \(head.short) is Hoistway's own: it makes no freight"
        }
        guard !filter.isEmpty else { return nil }
        let old = try await remote.commit(known).tree
        let changes = try await ports.workspaces.changes(
            from: old,
            to: remote.commit(head).tree,
            in: remote,
            limit: Self.maxChanges
        )
        guard !changes.isCut else { return nil }
        return filter.rejection(of: changes.paths.map(\.matchable), matcher: ports.matcher).map {
            "commit \(head.short): \($0)"
        }
    }
}
