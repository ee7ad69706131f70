/// One write of an Application that starts a sync.
///
/// The adapter makes it as one conditional write, which fails with a conflict if the Application has changed since it
/// was read. The write sets the annotation `argocd.argoproj.io/refresh: hard`, the changed sources and `operation`. It
/// sets `status.operationState` to null where the Application has a status.
package struct ApplicationUpdate: Sendable, Equatable {
    /// The changed sources with their positions in ``Application/sources``; empty: the spec does not change.
    package var sources: [SourceChange]
    package var operation: Operation

    package struct SourceChange: Sendable, Equatable {
        package var index: Int
        /// `nil`: it does not change.
        package var targetRevision: String?
        /// They replace the present ones; `nil`: these do not change.
        package var kustomizeImages: [String]?
        /// All new parameters, in order; `nil`: they do not change.
        package var helmParameters: [ApplicationSource.HelmParameter]?

        package init(
            index: Int,
            targetRevision: String? = nil,
            kustomizeImages: [String]? = nil,
            helmParameters: [ApplicationSource.HelmParameter]? = nil
        ) {
            self.index = index
            self.targetRevision = targetRevision
            self.kustomizeImages = kustomizeImages
            self.helmParameters = helmParameters
        }
    }

    /// `operation` with `sync`, without revisions: Argo CD resolves the source's targetRevision.
    package struct Operation: Sendable, Equatable {
        package var initiator: String
        package var isAutomated: Bool
        /// In this order.
        package var info: [Info]
        package var syncOptions: [String]
        package var retry: ConfigValue?

        package struct Info: Sendable, Equatable {
            package var name: String
            package var value: String

            package init(_ name: String, _ value: String) {
                self.name = name
                self.value = value
            }
        }

        package init(
            initiator: String,
            isAutomated: Bool,
            info: [Info],
            syncOptions: [String] = [],
            retry: ConfigValue? = nil
        ) {
            self.initiator = initiator
            self.isAutomated = isAutomated
            self.info = info
            self.syncOptions = syncOptions
            self.retry = retry
        }
    }

    package init(sources: [SourceChange] = [], operation: Operation) {
        self.sources = sources
        self.operation = operation
    }
}
