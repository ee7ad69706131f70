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

    /// For sentences: people are known by the token that they use.
    package var description: String {
        switch self {
        case .automatic: "auto-promotion"
        case .person(let name): "token \(name)"
        }
    }

    /// The name alone.
    package var name: String {
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
    /// Of the stage and its template, as they were when it was created; `nil`: none.
    package var variables: [PipelineVariable]?
    package var mode: PromotionMode
    /// A tree whose exceeding of the stage's limits a person has accepted.
    package var acceptedTree: ObjectID?
    /// Digests of differences that a person has accepted though they exceed the stage's limits; `nil`: none.
    package var acceptedDifferences: [String]?
    /// What the preview has shown that it was made from; `nil`: it was made without one.
    package var previewed: PreviewedPushes?
    /// Why it pushed nothing, where that is another difference than its preview has shown; `nil`: it is not.
    package var outdated: OutdatedPreview?
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
    /// Which of its runs it is in; `nil`: the first.
    ///
    /// Each branch that moved after the promotion had acted began another one.
    package var runNumber: Int?
    package var branches: [BranchOutcome]
    /// Why its stage was no longer in the manifests when it was aborted for that.
    ///
    /// Such a promotion was no try: should the stage come back, its freight is promoted as if it had not been.
    package var removal: String?
    /// Which one it gave way to, before it had done anything.
    package var gaveWayTo: PromotionID?
    /// What may surprise in it, though it is allowed, a sentence each; `nil`: nothing, or an older version recorded it.
    package var warnings: [String]?
    /// Of each commit that its freight carries, which one its checkouts took; `nil`: none, or an older version recorded it.
    package var deliveredCommits: [DeliveredCommit]?
    /// Who has asked for its end, while something that it has begun outside is not settled; then it ends.
    package var abortedBy: String?
    /// What it has met outside since it last got on; `nil`: nothing.
    package var trouble: Trouble?
    /// Why it did not succeed, or has not yet; `nil`: nothing is wrong, or an older version recorded it.
    package var failure: FailureRecord?
    /// Set while it runs, and kept where the program has ended meanwhile; `nil`: it never ran, or got on in order.
    package var run: RunMark?

    package init(
        id: PromotionID,
        stage: StageKey,
        freight: FreightID,
        collection: [String: FreightID],
        actor: Actor,
        reason: String,
        steps: [StepTemplate],
        variables: [PipelineVariable]? = nil,
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
        self.variables = variables
        self.mode = mode
        self.acceptedTree = acceptedTree
        phase = .pending
        message = ""
        self.createdAt = createdAt
        attempts = 0
        stepRecords = []
        branches = []
    }

    /// How many warnings are kept.
    package static let maxWarnings = 20

    /// Keeps each warning once.
    package mutating func warn(_ texts: [String]) {
        var seen: Set<String> = []
        let kept = texts.filter { seen.insert($0).inserted }.prefix(Self.maxWarnings)
        warnings = kept.isEmpty ? nil : Array(kept)
    }

    /// Whether it ended because a person must accept its difference first.
    package var awaitsAcceptance: Bool { phase.isTerminal && phase != .succeeded && failure?.code == .limits }

    /// Whether anything of it has reached a remote.
    package var hasPushed: Bool { branches.contains { $0.pushed } }
    /// Whether it has done something outside, or has begun to; a push that is on its way apart.
    package var hasActed: Bool { hasPushed || stepRecords.contains { $0.began ?? false } }
}
