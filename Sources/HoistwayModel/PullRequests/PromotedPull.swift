/// A pull request that a step of a promotion has opened, waited for or merged, as it was last seen.
package struct PromotedPull: Sendable, Equatable, Codable {
    /// The repository's URL, without user part.
    package var repository: String
    package var number: Int
    /// The page for people; empty where the host named none of its own.
    package var url: String
    package var targetBranch: String
    package var isOpen: Bool
    package var isMerged: Bool
    /// What has landed on the target branch; `nil`: nothing, or the host does not say it.
    package var commit: ObjectID?
    /// Its branch is gone, so that nobody can merge it; `nil`: it is there, as far as is known.
    package var isBranchGone: Bool?

    /// `merged #7 into main at 0123456`; `nil`: it was not merged, as far as is known.
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
    /// Its pull requests, as its steps saw them last.
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

    /// Those of its own that could be merged when they were last seen, where the promotion ended without success.
    package var leftOpenPulls: [PromotedPull] {
        guard phase.isTerminal, phase != .succeeded else { return [] }
        return pulls.filter { pull in
            // What somebody else has opened is somebody else's to close.
            pull.isOpen && !pull.isMerged && pull.isBranchGone != true
                && notableSteps.contains { $0.uses == "git-open-pr" && $0.pull.map(pull.isSame(as:)) ?? false }
        }
    }

    /// A sentence on them; `nil`: there are none.
    package var leftOpen: String? {
        let open = leftOpenPulls
        guard let first = open.first else { return nil }
        let named = Listing.text(open.map { "#\($0.number)" + ($0.url.isEmpty ? "" : " (\($0.url))") })
        return open.count == 1
            ? "the pull request \(named) is left open: close it at the host, or its merge changes \(first.targetBranch)"
            : "the pull requests \(named) are left open: close them at the host, or their merges change \(first.targetBranch)"
    }

    /// Whether it has opened a pull request, or may be opening one.
    package var mayHaveProposed: Bool { notableSteps.contains { $0.pull != nil || $0.isOpen == true } }

    /// What it has pushed to a repository for pull requests, by branch: where the branch began, and what it was left at.
    ///
    /// Where it is opening one at present, nobody knows yet that it has.
    package func proposed(in repository: RepositoryIdentity) -> [(before: ObjectID, head: ObjectID)] {
        guard mayHaveProposed else { return [] }
        var found: [String: (before: ObjectID, head: ObjectID)] = [:]
        for branch in arrivals
        where branch.pushed && branch.kind != .tag && RepositoryIdentity(branch.remote) == repository {
            found[branch.branch] = (found[branch.branch]?.before ?? branch.before, branch.commit)
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// What its pull requests in a repository have left on their branches; empty unless all of them are merged, and the
    /// host has told where.
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
