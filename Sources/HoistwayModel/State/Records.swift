/// One subscription of one warehouse.
package struct SubscriptionKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package var warehouse: WarehouseKey
    /// `Subscription.id`.
    package var subscription: String

    package init(warehouse: WarehouseKey, subscription: String) {
        self.warehouse = warehouse
        self.subscription = subscription
    }

    package var description: String { "\(warehouse): \(subscription)" }
}

/// What is known of a subscription: its newest artifact, and which digest each tag had.
package struct SubscriptionRecord: Sendable, Equatable, Codable {
    /// How many tags are remembered; the oldest are forgotten first.
    package static let maxKnownTags = 500

    package struct KnownTag: Sendable, Equatable, Codable {
        package var tag: String
        package var digest: String

        package init(tag: String, digest: String) {
            self.tag = tag
            self.digest = digest
        }
    }

    package var key: SubscriptionKey
    /// The newest that the rules accept; `nil` until the first.
    package var newest: Artifact?
    /// Where the branch was when it was last told of or asked for, whatever the path filters say of it.
    package var head: ObjectID?
    /// In the order first seen.
    package var knownTags: [KnownTag]
    package var updatedAt: Timestamp

    package init(
        key: SubscriptionKey,
        newest: Artifact? = nil,
        head: ObjectID? = nil,
        knownTags: [KnownTag] = [],
        updatedAt: Timestamp
    ) {
        self.key = key
        self.newest = newest
        self.head = head
        self.knownTags = knownTags
        self.updatedAt = updatedAt
    }

    package func digest(of tag: String) -> String? {
        knownTags.last { $0.tag == tag }?.digest
    }

    package mutating func remember(tag: String, digest: String) {
        knownTags.removeAll { $0.tag == tag }
        knownTags.append(KnownTag(tag: tag, digest: digest))
        if knownTags.count > Self.maxKnownTags { knownTags.removeFirst(knownTags.count - Self.maxKnownTags) }
    }
}

/// Freight ids are unique within a project.
package struct FreightKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package var project: String
    package var id: FreightID

    package init(project: String, id: FreightID) {
        self.project = project
        self.id = id
    }

    package var description: String { "\(project)/\(id)" }
}

/// Freight and where it has been.
package struct FreightRecord: Sendable, Equatable, Codable {
    package struct Verification: Sendable, Equatable, Codable {
        package var verifiedAt: Timestamp
        /// The longest that it stayed there without a break, as far as it has ended.
        package var longestSoak: Duration?

        package init(verifiedAt: Timestamp, longestSoak: Duration? = nil) {
            self.verifiedAt = verifiedAt
            self.longestSoak = longestSoak
        }
    }

    package struct Approval: Sendable, Equatable, Codable {
        package var approvedAt: Timestamp
        package var actor: String

        package init(approvedAt: Timestamp, actor: String) {
            self.approvedAt = approvedAt
            self.actor = actor
        }
    }

    package var freight: Freight
    /// By stage name, as the other two.
    package var currentlyIn: [String: Timestamp]
    package var verifiedIn: [String: Verification]
    package var approvedFor: [String: Approval]
    /// What it came from, for people: `app-github delivery 17, pushed by octocat`.
    package var cause: String

    package init(
        freight: Freight,
        currentlyIn: [String: Timestamp] = [:],
        verifiedIn: [String: Verification] = [:],
        approvedFor: [String: Approval] = [:],
        cause: String = ""
    ) {
        self.freight = freight
        self.currentlyIn = currentlyIn
        self.verifiedIn = verifiedIn
        self.approvedFor = approvedFor
        self.cause = cause
    }

    package var key: FreightKey { FreightKey(project: freight.origin.project, id: freight.id) }
}

/// A stage's present and past freight.
package struct StageRecord: Sendable, Equatable, Codable {
    package static let maxHistory = 10

    /// Freight by warehouse name.
    package struct Collection: Sendable, Equatable, Codable {
        package var items: [String: FreightID]
        package var promotion: PromotionID
        package var at: Timestamp

        package init(items: [String: FreightID], promotion: PromotionID, at: Timestamp) {
            self.items = items
            self.promotion = promotion
            self.at = at
        }
    }

    package var key: StageKey
    /// Newest first, at most `maxHistory`.
    package var history: [Collection]
    package var lastPromotion: PromotionID?

    package init(key: StageKey, history: [Collection] = [], lastPromotion: PromotionID? = nil) {
        self.key = key
        self.history = history
        self.lastPromotion = lastPromotion
    }

    package func current(of warehouse: String) -> FreightID? {
        history.first?.items[warehouse]
    }
}

/// The name of a promotion: `<stage>.<ulid>.<first 7 of freight>`, lower-case; order of names is order in the queue.
package struct PromotionID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    package var description: String { text }

    package static func < (left: PromotionID, right: PromotionID) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// Who asked for a promotion.
package enum Actor: Sendable, Equatable, Codable, CustomStringConvertible {
    case automatic
    case person(String)

    package var description: String {
        switch self {
        case .automatic: "auto-promotion"
        case .person(let name): name
        }
    }
}

package enum PromotionPhase: String, Sendable, Codable, CaseIterable {
    case pending = "Pending"
    case running = "Running"
    case succeeded = "Succeeded"
    case failed = "Failed"
    case errored = "Errored"
    case aborted = "Aborted"

    package var isTerminal: Bool {
        switch self {
        case .pending, .running: false
        case .succeeded, .failed, .errored, .aborted: true
        }
    }
}

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

/// A promotion: freight on its way to a stage.
package struct PromotionRecord: Sendable, Equatable, Codable {
    package var id: PromotionID
    package var stage: StageKey
    package var freight: FreightID
    /// Names of the freight that lies in the stage after success, by warehouse.
    package var collection: [String: FreightID]
    package var actor: Actor
    /// Why it exists, for people.
    package var reason: String
    /// The steps as they were when it was created.
    package var steps: [StepTemplate]
    package var mode: PromotionMode
    /// A tree whose exceeding of the stage's limits a person has accepted.
    package var acceptedTree: ObjectID?
    package var phase: PromotionPhase
    package var message: String
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?
    /// When a failure of the outside is tried again.
    package var nextTry: Timestamp?
    /// Failures of the outside since the last success.
    package var attempts: Int
    package var stepRecords: [StepRecord]
    package var branches: [BranchOutcome]

    package init(
        id: PromotionID,
        stage: StageKey,
        freight: FreightID,
        collection: [String: FreightID],
        actor: Actor,
        reason: String,
        steps: [StepTemplate],
        mode: PromotionMode,
        acceptedTree: ObjectID? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.stage = stage
        self.freight = freight
        self.collection = collection
        self.actor = actor
        self.reason = reason
        self.steps = steps
        self.mode = mode
        self.acceptedTree = acceptedTree
        phase = .pending
        message = ""
        self.createdAt = createdAt
        attempts = 0
        stepRecords = []
        branches = []
    }

    /// Whether anything of it has reached a remote.
    package var hasPushed: Bool { branches.contains { $0.pushed } }
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

/// A push that is about to be made: found again after a crash, it tells whether the push arrived.
package struct PushIntent: Sendable, Equatable, Codable {
    package struct Branch: Sendable, Equatable, Codable {
        /// Short name.
        package var branch: String
        package var old: ObjectID
        /// Oldest first.
        package var commits: [Commit]

        package init(branch: String, old: ObjectID, commits: [Commit]) {
            self.branch = branch
            self.old = old
            self.commits = commits
        }
    }

    package struct Commit: Sendable, Equatable, Codable {
        package var id: ObjectID
        package var promotion: PromotionID

        package init(id: ObjectID, promotion: PromotionID) {
            self.id = id
            self.promotion = promotion
        }
    }

    package var id: String
    package var project: String
    /// As the pipeline writes it, without user part.
    package var remote: String
    package var insecureSkipTLSVerify: Bool
    package var branches: [Branch]
    package var createdAt: Timestamp

    package init(
        id: String,
        project: String,
        remote: String,
        insecureSkipTLSVerify: Bool,
        branches: [Branch],
        createdAt: Timestamp
    ) {
        self.id = id
        self.project = project
        self.remote = remote
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.branches = branches
        self.createdAt = createdAt
    }
}
