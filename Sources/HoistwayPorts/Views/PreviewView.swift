package import HoistwayModel

/// What a promotion would do, as far as its preview has come.
package struct PreviewView: Sendable, Codable, Equatable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// It was asked for together with others, and begins when there is room for it.
        case waiting
        case running
        /// The promotion would succeed, as far as that is known; it may need an acceptance.
        case succeeded
        /// The promotion would fail, or the preview could not be made.
        case failed
        case canceled
    }

    package var id: String
    package var project: String
    package var stage: String
    package var freight: String
    package var alias: String
    /// What the freight is, in one line.
    package var summary: String
    package var actor: String
    /// In mode `observe` the promotion would push nothing either.
    package var mode: PromotionMode
    package var state: State
    /// Why it failed; empty where it did not.
    package var message: String
    package var createdAt: Timestamp
    package var finishedAt: Timestamp?
    /// Until when it is kept; `nil`: it runs.
    package var expiresAt: Timestamp?
    /// The promotion that was made from it last; `nil`: none was.
    package var promotion: String?
    package var steps: [Step]
    /// Configuration and outputs of the steps, as far as they are known; `***` stands for values of secrets.
    package var results: [StepResult]
    package var branches: [Branch]
    /// What may surprise, a sentence each.
    package var warnings: [String]
    /// What nobody knows before it runs, a sentence each.
    package var unknown: [String]
    /// Digests that a promotion has to accept, since the stage's limits are exceeded; empty: none.
    package var acceptanceNeeded: [String]
    package var artifacts: [ArtifactChange]
    package var rollback: Rollback
    package var replacement: Replacement
    /// Promotions of the stage that are open now, the first one first.
    package var waiting: [OpenPromotion]

    package init(
        id: String,
        stage: StageKey,
        freight: Freight,
        actor: String,
        mode: PromotionMode,
        state: State,
        message: String,
        createdAt: Timestamp,
        rollback: Rollback,
        replacement: Replacement
    ) {
        self.id = id
        project = stage.project
        self.stage = stage.name
        self.freight = freight.id.text
        alias = freight.alias
        summary = freight.summary
        self.actor = actor
        self.mode = mode
        self.state = state
        self.message = message
        self.createdAt = createdAt
        self.rollback = rollback
        self.replacement = replacement
        steps = []
        results = []
        branches = []
        warnings = []
        unknown = []
        acceptanceNeeded = []
        artifacts = []
        waiting = []
    }
}

extension PreviewView {
    /// A branch of which more files differ than are compared, so that no promotion can be made from the preview; `nil`:
    /// there is none.
    package var uncomparedBranch: String? {
        branches.first { ($0.isPushed || mode == .observe) && $0.digest == nil }?.branch
    }

    package struct Step: Sendable, Codable, Equatable {
        package enum State: String, Sendable, Codable, CaseIterable {
            case pending
            case running
            case succeeded
            /// It would act outside: what it would do is told.
            case told
            case skipped
            /// It needs what only a run gives.
            case unknown
            case failed
            case errored
        }

        package var alias: String
        package var uses: String
        package var state: State
        package var message: String
        package var startedAt: Timestamp?
        package var finishedAt: Timestamp?

        package init(_ record: StepRecord) {
            alias = record.alias
            uses = record.uses
            message = record.message
            startedAt = record.startedAt
            finishedAt = record.finishedAt
            state =
                switch record.status {
                case .pending: .pending
                case .running: .running
                case .succeeded: record.isTold == true ? .told : .succeeded
                case .skipped: record.isUnknown == true ? .unknown : .skipped
                case .failed, .aborted: .failed
                case .errored: .errored
                }
        }
    }

    /// One push.
    package struct Branch: Sendable, Codable, Equatable {
        /// The alias of the `git-push` step.
        package var step: String
        /// Without user part.
        package var repository: String
        /// Short name of the branch or tag; a promotion's own branch gets another name in each promotion.
        package var branch: String
        package var kind: PushedRef
        /// What the difference is taken from; zero where the branch is new.
        package var base: ObjectID
        package var tree: ObjectID
        /// Of the difference; `nil`: more files differ than are compared, so that no promotion can be made from the preview.
        package var digest: String?
        /// Why the promotion may push something else; `nil`: it pushes exactly this.
        package var inexact: String?
        /// The first ones.
        package var files: [FileDifference]
        package var changedFiles: Int
        package var deletedFiles: Int
        /// Paths that would be deleted; the first ones.
        package var deleted: [String]
        /// What exceeds the stage's limits; `nil`: nothing.
        package var exceeded: String?
        /// Whether the push would be made: not where something stands against it, or in observe mode.
        package var isPushed: Bool

        package init(_ outcome: BranchOutcome, isPushed: Bool) {
            step = outcome.step ?? ""
            repository = outcome.remote
            branch = outcome.branch
            kind = outcome.kind ?? .branch
            base = outcome.before
            tree = outcome.tree
            digest = outcome.digest
            files = outcome.preview?.files ?? []
            changedFiles = outcome.preview?.changedFiles ?? 0
            deletedFiles = outcome.preview?.deletedFiles ?? 0
            deleted = outcome.preview?.deleted ?? []
            exceeded = outcome.preview?.exceeded
            self.isPushed = isPushed
        }
    }

    /// One artifact as it lies in the stage, and as it would.
    package struct ArtifactChange: Sendable, Codable, Equatable {
        package enum Kind: String, Sendable, Codable, CaseIterable {
            case image
            case commit
            case chart
        }

        package var warehouse: String
        package var kind: Kind
        package var repository: String
        /// Of a chart in a repository with several; empty else.
        package var name: String
        /// Tag, commit id or version; `nil`: nothing of it lies there.
        package var old: String?
        package var new: String?
        /// Of images.
        package var oldDigest: String?
        package var newDigest: String?

        package init(warehouse: String, kind: Kind, repository: String, name: String = "") {
            self.warehouse = warehouse
            self.kind = kind
            self.repository = repository
            self.name = name
        }
    }

    package struct Rollback: Sendable, Codable, Equatable {
        /// Whether the freight is older than what lies in the stage.
        package var isRollback: Bool
        package var reason: String

        package init(isRollback: Bool, reason: String) {
            self.isRollback = isRollback
            self.reason = reason
        }
    }

    /// Whether automatic promotion puts other freight in its place afterwards.
    package struct Replacement: Sendable, Codable, Equatable {
        package enum When: String, Sendable, Codable, CaseIterable {
            /// Automatic promotion is off for the stage.
            case never
            /// As soon as this promotion is over.
            case atOnce
            /// When the clock makes other freight available, if nothing else does before.
            case later
            /// When other freight becomes available.
            case withNewFreight
        }

        package var when: When
        /// Alias of the freight, where it is known.
        package var freight: String?
        /// With `later`: the first moment at which the clock changes an answer.
        package var at: Timestamp?
        package var reason: String

        package init(when: When, freight: String? = nil, at: Timestamp? = nil, reason: String) {
            self.when = when
            self.freight = freight
            self.at = at
            self.reason = reason
        }
    }

    package struct OpenPromotion: Sendable, Codable, Equatable {
        package var promotion: String
        package var freight: String
        package var alias: String
        package var actor: String
        package var phase: PromotionPhase
        package var message: String

        package init(_ record: PromotionRecord, alias: String) {
            promotion = record.id.text
            freight = record.freight.text
            self.alias = alias
            actor = record.actor.name
            phase = record.phase
            message = record.message
        }
    }
}
