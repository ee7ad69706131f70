/// A pull request (GitLab: a merge request) as its host tells it.
package struct PullRequest: Sendable, Equatable, Codable {
    package enum State: Sendable, Equatable, Codable {
        case open
        /// Closed, and not merged.
        case closed
        /// `commit`: what landed on the target branch; `nil` where the host does not tell it (yet).
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
    /// The head of the source branch; `nil` where the host has lost it.
    package var head: ObjectID?
    /// Whether the source branch is in another repository.
    package var isFromFork: Bool
    package var isDraft: Bool
    /// When anything about it changed last, as the host says.
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
    /// Ignored by hosts that have none on pull requests.
    package var labels: [String]

    package init(sourceBranch: String, targetBranch: String, title: String, body: String, labels: [String] = []) {
        self.sourceBranch = sourceBranch
        self.targetBranch = targetBranch
        self.title = title
        self.body = body
        self.labels = labels
    }
}

/// What came of asking a host to merge.
package enum MergeAnswer: Sendable, Equatable {
    /// `commit`: what landed on the target branch; `nil` where the host does not tell it (yet).
    case merged(commit: ObjectID?)
    /// Not yet: a check or an approval is missing, or the host still works; its words.
    case notYet(String)
    /// A person must act: a conflict, a closed pull request, a method that the repository does not allow.
    case never(String)
}

/// What a host shows beside a commit.
package struct CommitStatus: Sendable, Equatable {
    package enum State: String, Sendable, Codable {
        case pending, success, failure, error
    }

    package var state: State
    /// One status a context; a later one replaces it.
    package var context: String
    package var description: String
    /// A page about it; `nil`: none.
    package var targetURL: String?

    package init(state: State, context: String, description: String, targetURL: String? = nil) {
        self.state = state
        self.context = context
        self.description = description
        self.targetURL = targetURL
    }
}
