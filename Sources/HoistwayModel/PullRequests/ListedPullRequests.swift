/// What a host lists of a repository's pull requests.
///
/// One entry that cannot be read does not spoil the others; but whoever has to know that there is no pull request must
/// look at ``unread``.
package struct ListedPullRequests: Sendable, Equatable {
    package var pulls: [PullRequest]
    /// Entries that could not be read.
    package var unread: Int
    /// Whether all that there are were listed, and not the first ones only.
    package var isComplete: Bool
    /// Whether the host documents that those come first that changed last, by ``PullRequest/updatedAt``.
    package var isByChange: Bool

    package init(_ pulls: [PullRequest], unread: Int = 0, isComplete: Bool = true, isByChange: Bool = false) {
        self.pulls = pulls
        self.unread = unread
        self.isComplete = isComplete
        self.isByChange = isByChange
    }

    /// Entries, each of which is `nil` where it could not be read.
    package init(_ entries: [PullRequest?], isComplete: Bool = true, isByChange: Bool = false) {
        let pulls = entries.compactMap(\.self)
        self.init(pulls, unread: entries.count - pulls.count, isComplete: isComplete, isByChange: isByChange)
    }

    /// The same with other pull requests, as many as are wanted, in the order that is wanted.
    package func mapping(_ change: ([PullRequest]) -> [PullRequest]) -> ListedPullRequests {
        var copy = self
        copy.pulls = change(pulls)
        return copy
    }

    /// Those from one branch of the repository itself to another, newest first.
    package func between(_ source: String, _ target: String) -> ListedPullRequests {
        mapping { pulls in
            pulls.filter { $0.sourceBranch == source && $0.targetBranch == target && !$0.isFromFork }
                .sorted { $0.number > $1.number }
        }
    }

    /// Newest change first, where the host orders by something else.
    package var byChange: ListedPullRequests {
        mapping { pulls in
            pulls.sorted { ($0.updatedAt ?? Timestamp(seconds: 0)) > ($1.updatedAt ?? Timestamp(seconds: 0)) }
        }
    }
}

extension ListedPullRequests: RandomAccessCollection {
    package var startIndex: Int { pulls.startIndex }
    package var endIndex: Int { pulls.endIndex }
    package subscript(position: Int) -> PullRequest { pulls[position] }
}
