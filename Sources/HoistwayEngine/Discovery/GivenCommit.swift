import HoistwayModel
import HoistwayPorts

/// Finds the commit that a person has given for a subscription.
///
/// Discovery need not choose this commit now; but the repository must have it where the subscription looks.
struct GivenCommit: Sendable {
    /// How far back a branch is searched.
    static let maxCommits = 20_000

    let commits: CountedCommits

    /// Throws ``OperatorFailure/invalid(_:)`` if the subscription cannot lead to the commit.
    func artifact(_ id: ObjectID, of git: GitSubscription, remote: any GitRemote) async throws -> CommitArtifact {
        if git.strategy != .newestFromBranch { return try await tagged(id, of: git, remote: remote) }
        let wanted = git.branch.map { "refs/heads/" + $0 }
        let snapshot = try await remote.refs(prefixes: [wanted ?? "HEAD"])
        let head = (wanted ?? snapshot.defaultBranch).flatMap { snapshot.refs[$0] } ?? snapshot.refs["HEAD"]
        guard let head else { throw LookFailure.noBranch(url: remote.displayURL, branch: git.branch) }
        let branch = git.branch.map { "the branch \($0)" } ?? "the default branch"
        guard try await isReachable(id, from: head, remote: remote) else {
            let reason = "it is not among the last \(Self.maxCommits) commits of \(branch), which the warehouse follows"
            throw OperatorFailure.invalid(try await refusal(of: id, reason, remote: remote))
        }
        return commits.artifact(try await remote.commit(id), of: git)
    }

    private func isReachable(_ id: ObjectID, from head: ObjectID, remote: any GitRemote) async throws -> Bool {
        if id == head { return true }
        let newer = try await remote.history(from: head, until: id, limit: Self.maxCommits)
        return newer.contains { $0.parents.contains(id) }
    }

    /// The newest tag of the commit that the subscription accepts.
    private func tagged(_ id: ObjectID, of git: GitSubscription, remote: any GitRemote) async throws -> CommitArtifact {
        let snapshot = try await remote.refs(prefixes: ["refs/tags/"])
        let tags = snapshot.refs.keys.compactMap { CommitSelection.short($0, below: "refs/tags/") }
        var newest: CommitArtifact?
        var rejected: [String] = []
        for name in CommitSelection.candidates(amongTags: tags, for: git, matcher: commits.ports.matcher) {
            let ref = "refs/tags/" + name
            guard let own = snapshot.refs[ref], (snapshot.peeled[ref] ?? own) == id,
                let tag = try await commits.tag(name, own, peeled: snapshot.peeled[ref], remote: remote)
            else { continue }
            if let reason = try await commits.rejection(of: tag, for: git, remote: remote) {
                rejected.append("tag \(name): \(reason)")
                continue
            }
            let found = commits.artifact(tag, of: git)
            if newest.map({ CommitSelection.compare(found, to: $0, for: git) == .newer }) ?? true { newest = found }
        }
        guard let newest else {
            let reason =
                rejected.isEmpty
                ? "no tag that the warehouse follows (\(git.strategy.rawValue)) names it"
                : Listing.text(rejected)
            throw OperatorFailure.invalid(try await refusal(of: id, reason, remote: remote))
        }
        return newest
    }

    /// If the repository does not have the commit at all, the message says so, in place of `reason`.
    private func refusal(of id: ObjectID, _ reason: String, remote: any GitRemote) async throws -> String {
        do throws(GitFailure) {
            _ = try await remote.commit(id)
            return "commit \(id.short) of \(remote.displayURL) cannot be promoted: \(reason)"
        } catch {
            switch error {
            case .missingObject, .refused: return "\(remote.displayURL) has no commit \(id)"
            case .invalidContent, .corrupt: return "\(id) of \(remote.displayURL) is no commit"
            default: throw error
            }
        }
    }
}
