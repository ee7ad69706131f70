/// A branch of a repository, equal for all spellings of the repository's URL.
package struct BranchKey: Sendable, CustomStringConvertible {
    /// The URL without user part.
    package let remote: String
    /// Short name.
    package let branch: String
    private let repository: RepositoryIdentity

    package init(remote: String, branch: String) {
        self.remote = remote
        self.branch = branch
        repository = RepositoryIdentity(remote)
    }

    package var description: String { "\(branch) of \(remote)" }
}

extension BranchKey: Hashable, Codable {
    package static func == (left: BranchKey, right: BranchKey) -> Bool {
        left.branch == right.branch && left.repository == right.repository
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(branch)
        hasher.combine(repository)
    }

    private enum CodingKeys: String, CodingKey { case remote, branch }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            remote: try container.decode(String.self, forKey: .remote),
            branch: try container.decode(String.self, forKey: .branch)
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(remote, forKey: .remote)
        try container.encode(branch, forKey: .branch)
    }
}

/// The stored facts about a branch that promotions write.
package struct BranchRecord: Sendable, Equatable, Codable {
    /// How many of our own commits are stored for each branch.
    package static let maxOwnCommits = 500

    package var key: BranchKey
    /// The head when it was last pushed or accepted.
    package var head: ObjectID
    /// Commits that were stored here before their push, newest last: all other commits are not ours.
    package var ownCommits: [ObjectID]
    /// A head that a person has accepted, until the next push.
    package var adopted: ObjectID?
    /// The last accepted head: it and the commits of others in its history are accepted permanently.
    package var accepted: ObjectID?
    /// The head that was found, if it does not contain the head that Hoistway left; zero where the branch was deleted.
    ///
    /// `nil`: the branch is as Hoistway left it, or others have only added commits.
    package var drift: ObjectID?

    package init(
        key: BranchKey,
        head: ObjectID,
        ownCommits: [ObjectID] = [],
        adopted: ObjectID? = nil,
        drift: ObjectID? = nil
    ) {
        self.key = key
        self.head = head
        self.ownCommits = ownCommits
        self.adopted = adopted
        self.drift = drift
    }

    /// The commit up to which a person has accepted the commits of others.
    package var lastAccepted: ObjectID? { adopted ?? accepted }

    /// Joins two records of one branch: an earlier version kept one for each spelling of the repository's URL.
    package func joined(with other: BranchRecord) -> BranchRecord {
        // If both were joined before, the later one contains the other's commits.
        let isLater = !other.ownCommits.contains(head) || ownCommits.contains(other.head)
        let (earlier, later) = isLater ? (other, self) : (self, other)
        var joined = later
        let known = Set(later.ownCommits)
        joined.ownCommits = (earlier.ownCommits + [earlier.head]).filter { !known.contains($0) } + later.ownCommits
        joined.ownCommits = Array(joined.ownCommits.suffix(Self.maxOwnCommits))
        return joined
    }

    /// Records a push.
    ///
    /// It ends the acceptance of the previous head: if the branch returns to that head later, somebody has reset it.
    package mutating func move(to head: ObjectID) {
        self.head = head
        accepted = lastAccepted
        adopted = nil
    }

    /// Whether a push that the host reports is one of ours that did not reset the branch.
    ///
    /// Hosts also report our own pushes, late and in any order.
    package func isEcho(before: ObjectID?, commit: ObjectID, isForced: Bool) -> Bool {
        guard !isForced, let place = ownCommits.lastIndex(of: commit) else { return false }
        if let earlier = before.flatMap({ ownCommits.lastIndex(of: $0) }) { return earlier < place }
        return ownCommits.lastIndex(of: head).map { $0 <= place } ?? true
    }

    package mutating func addOwn(_ commits: [ObjectID]) {
        for commit in commits where !ownCommits.contains(commit) { ownCommits.append(commit) }
        // The head stays: failed attempts must not make it look like the commit of others.
        var surplus = ownCommits.count - Self.maxOwnCommits
        ownCommits.removeAll { commit in
            guard surplus > 0, commit != head else { return false }
            surplus -= 1
            return true
        }
    }
}
