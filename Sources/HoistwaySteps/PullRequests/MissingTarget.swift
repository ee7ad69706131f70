import HoistwayModel
import HoistwayPorts

/// Creates the target branch of a pull request, as Kargo did before 1.10: with one empty commit and no history.
///
/// It is the only empty commit that Hoistway makes: a pull request needs a base.
struct MissingTarget: Sendable {
    private let pass: PullRequestPass
    private let branch: String

    init(_ pass: PullRequestPass, _ branch: String) {
        self.pass = pass
        self.branch = branch
    }

    /// Gives its commit; `nil` where somebody else has created the branch meanwhile: then that branch stays.
    func make() async throws(StepFailure) -> ObjectID? {
        let promotion = pass.context.promotion
        let remote = pass.remote
        let author = pass.access.author
        // The time is fixed, so that each try makes the same id.
        let moment = promotion.startedAt ?? promotion.createdAt
        let (commit, results) = try await atRemote { () throws(GitFailure) in
            let tree = try await remote.makeTree([])
            let commit = try await remote.makeCommit(
                CommitDraft(tree: tree, parents: [], message: "Initial commit", author: author, at: moment)
            )
            let update = RefUpdate(ref: "refs/heads/" + branch, old: .zero, new: commit)
            return (commit, try await remote.push([update], pack: try await remote.pack(for: [update])))
        }
        switch results.first {
        case .pushed: return commit
        case .refused(let words):
            throw .unmet("the branch \(branch) could not be made: \(words)", hint: nil)
        case .moved, nil: return nil
        }
    }
}
