/// One branch that a promotion wrote, or in observe mode would have written.
package struct BranchOutcome: Sendable, Equatable, Codable {
    /// Without user part.
    package var remote: String
    package var branch: String
    package var before: ObjectID
    package var commit: ObjectID
    package var tree: ObjectID
    package var subject: String
    /// Unified diff, cut at a bound; `nil` where it was not asked for.
    package var diff: String?
    package var pushed: Bool

    package init(
        remote: String,
        branch: String,
        before: ObjectID,
        commit: ObjectID,
        tree: ObjectID,
        subject: String,
        diff: String? = nil,
        pushed: Bool
    ) {
        self.remote = remote
        self.branch = branch
        self.before = before
        self.commit = commit
        self.tree = tree
        self.subject = subject
        self.diff = diff
        self.pushed = pushed
    }
}

/// One branch of one remote.
package struct BranchKey: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The URL without user part.
    package var remote: String
    /// Short name.
    package var branch: String

    package init(remote: String, branch: String) {
        self.remote = remote
        self.branch = branch
    }

    package var description: String { "\(branch) of \(remote)" }
}

/// What is known of a branch that promotions write.
package struct BranchRecord: Sendable, Equatable, Codable {
    /// How many of our own commits are remembered for each branch.
    package static let maxOwnCommits = 200

    package var key: BranchKey
    /// The head when it was last pushed or accepted.
    package var head: ObjectID
    /// Commits that were recorded here before they were pushed, newest last: what is not among them is not ours.
    package var ownCommits: [ObjectID]
    /// A head of somebody else that a person accepted.
    package var adopted: ObjectID?

    package init(key: BranchKey, head: ObjectID, ownCommits: [ObjectID] = [], adopted: ObjectID? = nil) {
        self.key = key
        self.head = head
        self.ownCommits = ownCommits
        self.adopted = adopted
    }

    package mutating func addOwn(_ commits: [ObjectID]) {
        for commit in commits where !ownCommits.contains(commit) { ownCommits.append(commit) }
        if ownCommits.count > Self.maxOwnCommits { ownCommits.removeFirst(ownCommits.count - Self.maxOwnCommits) }
    }
}
