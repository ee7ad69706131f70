/// The last known state of a pull request that a step of a promotion has opened, waited for or merged.
package struct PromotedPull: Sendable, Equatable, Codable {
    /// The repository's URL, without user part.
    package var repository: String
    package var number: Int
    /// The page for people; empty where the host gave none.
    package var url: String
    package var targetBranch: String
    package var isOpen: Bool
    package var isMerged: Bool
    /// The resulting commit on the target branch; `nil`: there is none, or the host does not give it.
    package var commit: ObjectID?
    /// Whether its branch was deleted, so that it cannot be merged; `nil`: not as far as is known.
    package var isBranchGone: Bool?

    /// `merged #7 into main at 0123456`; `nil`: it was not merged as far as is known.
    package var landedText: String? {
        guard isMerged else { return nil }
        return "merged #\(number) into \(targetBranch)" + (commit.map { " at \($0.short)" } ?? "")
    }

    /// Whether it is the same pull request, seen at another time.
    package func isSame(as other: PromotedPull) -> Bool { number == other.number && repository == other.repository }

    package init(_ pull: PullRequest, repository: String, commit: ObjectID? = nil) {
        self.repository = repository
        number = pull.number
        url = pull.url
        targetBranch = pull.targetBranch
        isOpen = pull.state == .open
        isMerged = pull.isMerged || commit != nil
        self.commit = commit
    }
}

extension OutlinedPromotion {
    /// Its pull requests in the last state that its steps saw.
    package var pulls: [PromotedPull] {
        var pulls: [PromotedPull] = []
        for pull in notableSteps.compactMap(\.pull) {
            if let index = pulls.firstIndex(where: pull.isSame(as:)) {
                pulls[index] = pull
            } else {
                pulls.append(pull)
            }
        }
        return pulls
    }

    /// Pull requests that the promotion opened and that may still be merged, after it ended without success.
    package var leftOpenPulls: [PromotedPull] {
        guard phase.isTerminal, phase != .succeeded else { return [] }
        return pulls.filter { pull in
            // Pull requests that others have opened must be closed by them.
            pull.isOpen && !pull.isMerged && pull.isBranchGone != true
                && notableSteps.contains { $0.uses == "git-open-pr" && $0.pull.map(pull.isSame(as:)) ?? false }
        }
    }

    /// A sentence about them; `nil`: there are none.
    package var leftOpen: String? {
        let open = leftOpenPulls
        guard let first = open.first else { return nil }
        let named = Listing.text(open.map { "#\($0.number)" + ($0.url.isEmpty ? "" : " (\($0.url))") })
        return open.count == 1
            ? "the pull request \(named) is left open: close it at the host, or its merge changes \(first.targetBranch)"
            : "the pull requests \(named) are left open: close them at the host, or their merges change \(first.targetBranch)"
    }

    /// Whether it has opened a pull request, or may be opening one now.
    package var mayHaveProposed: Bool { notableSteps.contains { $0.pull != nil || $0.isOpen == true } }

    /// Its pushes to a repository for pull requests, by branch: the branch's start and its last head.
    ///
    /// A pull request that is being opened counts too, since its result is not known yet.
    package func proposed(in repository: RepositoryIdentity) -> [(before: ObjectID, head: ObjectID)] {
        guard mayHaveProposed else { return [] }
        var found: [String: (before: ObjectID, head: ObjectID)] = [:]
        for branch in arrivals
        where branch.pushed && branch.kind != .tag && RepositoryIdentity(branch.remote) == repository {
            found[branch.branch] = (found[branch.branch]?.before ?? branch.before, branch.commit)
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The commits of its merged pull requests in a repository; empty unless all of them are merged and their commits
    /// known.
    package func landings(in repository: RepositoryIdentity) -> [ObjectID] {
        let pulls = pulls.filter { RepositoryIdentity($0.repository) == repository }
        let commits = pulls.filter(\.isMerged).compactMap(\.commit)
        return commits.count == pulls.count ? commits : []
    }
}

extension PipelineState {
    /// Whether a commit of a repository may be the merge of a promotion's pull request.
    package func hasProposals(in repository: String) -> Bool {
        let identity = RepositoryIdentity(repository)
        return proposingPromotions.contains { !$0.proposed(in: identity).isEmpty }
    }
}
