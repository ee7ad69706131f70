package import HoistwayModel

/// The result of a preview so far: what a promotion would do.
package struct PreviewView: Sendable, Codable, Equatable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// It was requested together with others, and begins when there is room for it.
        case waiting
        case running
        /// The promotion would succeed, as far as is known; a person may have to accept its differences.
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
    /// In mode `observe` the promotion itself would push nothing.
    package var mode: PromotionMode
    package var state: State
    /// Why it failed; empty where it did not.
    package var message: String
    package var createdAt: Timestamp
    package var finishedAt: Timestamp?
    /// When it is deleted; `nil`: it still runs.
    package var expiresAt: Timestamp?
    /// The last promotion that was made from it; `nil`: there is none.
    package var promotion: String?
    package var steps: [Step]
    /// Configuration and outputs of the steps, as far as they are known; `***` replaces secret values.
    package var results: [StepResult]
    package var branches: [Branch]
    /// Facts that may surprise, one sentence each.
    package var warnings: [String]
    /// Values that are not known before the promotion runs, one sentence each.
    package var unknown: [String]
    /// Digests that a promotion must accept because the stage's limits are exceeded; empty: there are none.
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
    /// A branch with more changed files than are compared, so that no promotion can be made from the preview; `nil`:
    /// there is none.
    package var uncomparedBranch: String? {
        branches.first { ($0.isPushed || mode == .observe) && $0.digest == nil }?.branch
    }

    package struct Step: Sendable, Codable, Equatable {
        package enum State: String, Sendable, Codable, CaseIterable {
            case pending
            case running
            case succeeded
            /// The step would act on another system; its message says what it would do.
            case told
            case skipped
            /// The step needs values that only a run gives.
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

    /// One push of the promotion.
    package struct Branch: Sendable, Codable, Equatable {
        /// The alias of the `git-push` step.
        package var step: String
        /// Without user part.
        package var repository: String
        /// Short name of the branch or tag; a promotion's own branch gets another name in each promotion.
        package var branch: String
        package var kind: PushedRef
        /// The commit with which the branch is compared; zero where the branch is new.
        package var base: ObjectID
        package var tree: ObjectID
        /// The digest of the difference; `nil`: there are more changed files than are compared, so no promotion can use
        /// the preview.
        package var digest: String?
        /// Why the promotion may push a different content; `nil`: it pushes exactly this.
        package var inexact: String?
        /// Only the first ones.
        package var files: [FileDifference]
        package var changedFiles: Int
        package var deletedFiles: Int
        /// Paths that would be deleted; only the first ones.
        package var deleted: [String]
        /// The stage's limits that are exceeded; `nil`: there are none.
        package var exceeded: String?
        /// Whether the push would be made: `false` in observe mode, and where something prevents it.
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

    /// One artifact: its version in the stage now, and after the promotion.
    package struct ArtifactChange: Sendable, Codable, Equatable {
        package enum Kind: String, Sendable, Codable, CaseIterable {
            case image
            case commit
            case chart
        }

        package var warehouse: String
        package var kind: Kind
        package var repository: String
        /// Only for a chart in a repository with several charts; else empty.
        package var name: String
        /// Tag, commit id or version; `nil`: the stage does not have the artifact.
        package var old: String?
        package var new: String?
        /// Only for images.
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
        /// Whether the freight is older than the stage's freight.
        package var isRollback: Bool
        package var reason: String

        package init(isRollback: Bool, reason: String) {
            self.isRollback = isRollback
            self.reason = reason
        }
    }

    /// Whether automatic promotion replaces the freight with other freight afterwards.
    package struct Replacement: Sendable, Codable, Equatable {
        package enum When: String, Sendable, Codable, CaseIterable {
            /// Automatic promotion is off for the stage.
            case never
            /// As soon as this promotion has ended.
            case atOnce
            /// When enough time has passed to make other freight available, if nothing else happens before.
            case later
            /// When other freight becomes available.
            case withNewFreight
        }

        package var when: When
        /// Alias of the other freight, if known.
        package var freight: String?
        /// Only for `later`: the first time at which a rule that depends on time has another result.
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
