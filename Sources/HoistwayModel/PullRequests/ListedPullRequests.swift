/// A host's list of a repository's pull requests.
///
/// An unreadable entry does not affect the others. But a caller that must be sure that a pull request does not exist
/// must check ``unread``.
package struct ListedPullRequests: Sendable, Equatable {
    package var pulls: [PullRequest]
    /// Entries that could not be read.
    package var unread: Int
    /// Whether all existing ones were listed, and not only the first ones.
    package var isComplete: Bool
    /// Whether the host documents that the last changed ones come first, by ``PullRequest/updatedAt``.
    package var isByChange: Bool

    package init(_ pulls: [PullRequest], unread: Int = 0, isComplete: Bool = true, isByChange: Bool = false) {
        self.pulls = pulls
        self.unread = unread
        self.isComplete = isComplete
        self.isByChange = isByChange
    }

    /// Each entry is `nil` if it could not be read.
    package init(_ entries: [PullRequest?], isComplete: Bool = true, isByChange: Bool = false) {
        let pulls = entries.compactMap(\.self)
        self.init(pulls, unread: entries.count - pulls.count, isComplete: isComplete, isByChange: isByChange)
    }

    /// The same list with its pull requests filtered or reordered.
    package func mapping(_ change: ([PullRequest]) -> [PullRequest]) -> ListedPullRequests {
        var copy = self
        copy.pulls = change(pulls)
        return copy
    }

    /// Pull requests from one branch of the repository itself to another, newest first.
    package func between(_ source: String, _ target: String) -> ListedPullRequests {
        mapping { pulls in
            pulls.filter { $0.sourceBranch == source && $0.targetBranch == target && !$0.isFromFork }
                .sorted { $0.number > $1.number }
        }
    }

    /// Sorted by the last change, newest first, if the host's order is another one.
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
