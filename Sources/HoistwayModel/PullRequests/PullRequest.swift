/// A pull request (GitLab: a merge request), with the host's data.
package struct PullRequest: Sendable, Equatable, Codable {
    package enum State: Sendable, Equatable, Codable {
        case open
        /// Closed, and not merged.
        case closed
        /// `commit`: the resulting commit on the target branch; `nil` where the host does not give it (yet).
        case merged(commit: ObjectID?)
    }

    package var number: Int
    /// The page for people.
    package var url: String
    package var state: State
    package var title: String
    /// Short names.
    package var sourceBranch: String
    package var targetBranch: String
    /// The head of the source branch; `nil` where the host no longer has it.
    package var head: ObjectID?
    /// Whether the source branch is in another repository.
    package var isFromFork: Bool
    package var isDraft: Bool
    /// The host's time of its last change.
    package var updatedAt: Timestamp?

    package init(
        number: Int,
        url: String,
        state: State,
        title: String = "",
        sourceBranch: String,
        targetBranch: String,
        head: ObjectID?,
        isFromFork: Bool = false,
        isDraft: Bool = false,
        updatedAt: Timestamp? = nil
    ) {
        self.number = number
        self.url = url
        self.state = state
        self.title = title
        self.sourceBranch = sourceBranch
        self.targetBranch = targetBranch
        self.head = head
        self.isFromFork = isFromFork
        self.isDraft = isDraft
        self.updatedAt = updatedAt
    }
}

/// A pull request that does not exist yet.
package struct NewPullRequest: Sendable, Equatable {
    package var sourceBranch: String
    package var targetBranch: String
    package var title: String
    package var body: String
    /// Hosts without labels on pull requests ignore them.
    package var labels: [String]

    package init(sourceBranch: String, targetBranch: String, title: String, body: String, labels: [String] = []) {
        self.sourceBranch = sourceBranch
        self.targetBranch = targetBranch
        self.title = title
        self.body = body
        self.labels = labels
    }
}

/// The host's answer to a request to merge.
package enum MergeAnswer: Sendable, Equatable {
    /// `commit`: the resulting commit on the target branch; `nil` where the host does not give it (yet).
    case merged(commit: ObjectID?)
    /// Not yet: a check or an approval is missing, or the host is still working; with the host's message.
    case notYet(String)
    /// A person must act: a conflict, a closed pull request, a method that the repository does not allow.
    case never(String)
}

/// A status that a host shows with a commit.
package struct CommitStatus: Sendable, Equatable {
    package enum State: String, Sendable, Codable {
        case pending, success, failure, error
    }

    package var state: State
    /// Each context has one status; a later one replaces it.
    package var context: String
    package var description: String
    /// A page about it; `nil`: there is none.
    package var targetURL: String?

    package init(state: State, context: String, description: String, targetURL: String? = nil) {
        self.state = state
        self.context = context
        self.description = description
        self.targetURL = targetURL
    }
}
