/// One branch that a promotion wrote, or in observe mode would have written.
package struct BranchOutcome: Sendable, Equatable, Codable {
    /// Without user part.
    package var remote: String
    /// The ref's short name.
    package var branch: String
    /// What the commit is compared with: where the ref was, or where a new one begins.
    package var before: ObjectID
    package var commit: ObjectID
    package var tree: ObjectID
    /// The tree that `git-commit` made, where the stage's rules have changed it since; `nil`: they have not.
    package var made: ObjectID?
    package var subject: String
    /// Unified diff, cut at a bound; `nil` where it was not asked for.
    package var diff: String?
    package var pushed: Bool
    /// The image entries that it sets, for comparing with what others push; in observe mode only.
    package var images: [PromotedImage]?
    /// The alias of the `git-push` step; `nil`: an earlier version has recorded it.
    package var step: String?
    /// `nil`: a branch that stages write.
    package var kind: PushedRef?
    /// The branch that was checked out, where that is not the one that was pushed.
    package var checkedOut: String?
    /// Of the difference from `before`; `nil`: it was not asked for, or too many files differ.
    package var digest: String?
    /// What is shown and compared of it; `nil`: it is neither a preview, nor is it compared with one.
    package var preview: BranchPreview?

    package init(
        remote: String,
        branch: String,
        before: ObjectID,
        commit: ObjectID,
        tree: ObjectID,
        subject: String,
        diff: String? = nil,
        pushed: Bool,
        images: [PromotedImage]? = nil,
        step: String? = nil,
        kind: PushedRef = .branch,
        checkedOut: String? = nil
    ) {
        self.remote = remote
        self.branch = branch
        self.before = before
        self.commit = commit
        self.tree = tree
        self.subject = subject
        self.diff = diff
        self.pushed = pushed
        self.images = images
        self.step = step
        self.kind = kind == .branch ? nil : kind
        self.checkedOut = checkedOut
    }

    /// Whether it arrived on a branch that stages write.
    package var isOnStageBranch: Bool { pushed && (kind ?? .branch) == .branch }
}

/// An image entry of a kustomization as a promotion leaves it.
package struct PromotedImage: Sendable, Hashable, Codable {
    /// Path within the repository.
    package var file: String
    package var name: String
    package var tag: String?
    package var digest: String?

    package init(file: String, name: String, tag: String?, digest: String?) {
        self.file = file
        self.name = name
        self.tag = tag
        self.digest = digest
    }

    /// `app:1.2.3@sha256:0123456`, for people.
    package var summary: String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return last + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0.prefix(14))" } ?? "")
    }
}

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
