extension Application {
    /// The state that Argo CD's controller reports.
    package struct Status: Sendable, Equatable {
        /// `Synced`, `OutOfSync` or `Unknown`; empty: not compared yet.
        package var sync: String
        /// The compared revisions, one for each source, in their order; empty: not compared yet.
        ///
        /// Commits of Git, versions of charts, digests.
        package var revisions: [String]
        /// The repositories of `status.sync.comparedTo`, one for each source, in their order; empty: not compared yet.
        package var comparedURLs: [String]
        /// `Healthy`, `Progressing`, `Suspended`, `Degraded`, `Missing`, `Unknown`; empty: not known yet.
        package var health: String
        /// The reason for the health; empty: Argo CD gives none.
        ///
        /// At most ``maxMessage`` characters.
        package var healthMessage: String
        package var operation: OperationState?
        /// When it was last compared.
        package var reconciledAt: Timestamp?
        package var conditions: [Condition]
        /// `status.summary.images`: references of the images that run.
        package var images: [String]
        /// `Kustomize`, `Helm`, `Directory` or `Plugin`: of several sources, the type of the one with images; empty:
        /// not known.
        package var sourceType: String

        /// The longest message of Argo CD that is kept, in characters.
        package static let maxMessage = 2000

        package init(
            sync: String = "",
            revisions: [String] = [],
            comparedURLs: [String] = [],
            health: String = "",
            healthMessage: String = "",
            operation: OperationState? = nil,
            reconciledAt: Timestamp? = nil,
            conditions: [Condition] = [],
            images: [String] = [],
            sourceType: String = ""
        ) {
            self.sync = sync
            self.revisions = revisions
            self.comparedURLs = comparedURLs
            self.health = health
            self.healthMessage = healthMessage
            self.operation = operation
            self.reconciledAt = reconciledAt
            self.conditions = conditions
            self.images = images
            self.sourceType = sourceType
        }
    }

    /// An entry of `status.conditions`.
    package struct Condition: Sendable, Equatable {
        /// Such as `ComparisonError`, `InvalidSpecError` or `SyncError`.
        package var type: String
        package var message: String

        package init(type: String, message: String) {
            self.type = type
            self.message = message
        }

        /// Whether it prevents Argo CD from comparing the Application.
        package var preventsComparison: Bool { type == "ComparisonError" || type == "InvalidSpecError" }
    }

    /// `status.operationState`: the operation that runs, or the last one.
    package struct OperationState: Sendable, Equatable {
        /// `Running`, `Terminating`, `Failed`, `Error`, `Succeeded`.
        package var phase: String
        package var message: String
        package var startedAt: Timestamp?
        package var finishedAt: Timestamp?
        /// The operation that was requested.
        package var operation: ApplicationOperation
        /// The synchronised revisions, one for each source; `nil`: `syncResult` is missing.
        package var syncedRevisions: [String]?

        package init(
            phase: String,
            message: String = "",
            startedAt: Timestamp? = nil,
            finishedAt: Timestamp? = nil,
            operation: ApplicationOperation = ApplicationOperation(),
            syncedRevisions: [String]? = nil
        ) {
            self.phase = phase
            self.message = message
            self.startedAt = startedAt
            self.finishedAt = finishedAt
            self.operation = operation
            self.syncedRevisions = syncedRevisions
        }

        /// Whether it has not ended.
        package var isRunning: Bool { phase == "Running" || phase == "Terminating" || phase.isEmpty }
    }
}
