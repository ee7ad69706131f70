/// One branch of one repository, however the repository's URL is written.
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

/// What is known of a branch that promotions write.
package struct BranchRecord: Sendable, Equatable, Codable {
    /// How many of our own commits are remembered for each branch.
    package static let maxOwnCommits = 500

    package var key: BranchKey
    /// The head when it was last pushed or accepted.
    package var head: ObjectID
    /// Commits that were recorded here before they were pushed, newest last: what is not among them is not ours.
    package var ownCommits: [ObjectID]
    /// A head that a person accepted, until the head moves on from there.
    package var adopted: ObjectID?
    /// The last head that was accepted: what others have done below it was accepted with it, for good.
    package var accepted: ObjectID?
    /// Where it was found although what was left there is not below; zero where it was gone.
    ///
    /// `nil`: as it was left, or others have only added to it.
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

    /// What others have done at this commit and below was accepted by a person.
    package var lastAccepted: ObjectID? { adopted ?? accepted }

    /// What two records of one branch tell together: an earlier version kept one for each way in which the URL of its
    /// repository was written.
    package func joined(with other: BranchRecord) -> BranchRecord {
        // The later one knows of the other's commits once both were joined before.
        let isLater = !other.ownCommits.contains(head) || ownCommits.contains(other.head)
        let (earlier, later) = isLater ? (other, self) : (self, other)
        var joined = later
        let known = Set(later.ownCommits)
        joined.ownCommits = (earlier.ownCommits + [earlier.head]).filter { !known.contains($0) } + later.ownCommits
        joined.ownCommits = Array(joined.ownCommits.suffix(Self.maxOwnCommits))
        return joined
    }

    /// A push has arrived.
    ///
    /// What was adopted ends with it: a branch that goes back there afterwards was put back by somebody.
    package mutating func move(to head: ObjectID) {
        self.head = head
        accepted = lastAccepted
        adopted = nil
    }

    /// Whether a push that the host tells of is one of ours that did not put the branch back.
    ///
    /// Hosts tell of our own pushes too, late and in any order.
    package func isEcho(before: ObjectID?, commit: ObjectID, isForced: Bool) -> Bool {
        guard !isForced, let place = ownCommits.lastIndex(of: commit) else { return false }
        if let earlier = before.flatMap({ ownCommits.lastIndex(of: $0) }) { return earlier < place }
        return ownCommits.lastIndex(of: head).map { $0 <= place } ?? true
    }

    package mutating func addOwn(_ commits: [ObjectID]) {
        for commit in commits where !ownCommits.contains(commit) { ownCommits.append(commit) }
        // Not the head: attempts that never arrived must not make it somebody else's.
        var surplus = ownCommits.count - Self.maxOwnCommits
        ownCommits.removeAll { commit in
            guard surplus > 0, commit != head else { return false }
            surplus -= 1
            return true
        }
    }
}
