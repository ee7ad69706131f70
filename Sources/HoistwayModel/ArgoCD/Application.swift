/// The parts of an Application of Argo CD that Hoistway uses; the rest of the resource is dropped when it is read.
///
/// Source: the CRD of Argo CD 3.x, `argoproj.io/v1alpha1`.
package struct Application: Sendable, Equatable {
    package var key: ApplicationKey
    /// An Application that was deleted and created again has another one.
    package var uid: String
    /// Opaque: compared for equality only.
    package var resourceVersion: String
    package var labels: [String: String]
    /// Annotations whose keys begin with a prefix of ``keptAnnotations``.
    package var annotations: [String: String]
    /// The sizes in bytes of annotations that are too long to be kept, by key; readers of such an annotation refuse it.
    ///
    /// A cut value would look like a whole one, and a missing one like an annotation that was never set.
    package var oversizedAnnotations: [String: Int] = [:]
    /// The AppProject; never empty.
    package var project: String
    /// In the order of `spec.sources`; one element where there is only `spec.source`.
    ///
    /// With a source hydrator, it is the effective sync source.
    package var sources: [ApplicationSource]
    /// Whether `spec.sources` is used, and not `spec.source`.
    package var isMultiSource: Bool
    package var hasHydrator: Bool
    /// With a source hydrator: the source that it renders; ``sources`` has its target.
    package var drySource: ApplicationSource?
    package var destination: Destination
    package var syncPolicy: SyncPolicy
    /// The name of the ApplicationSet that owns it.
    package var owner: String?
    /// Whether its deletion has begun.
    package var isBeingDeleted: Bool
    /// A request that the controller has not accepted yet: the field `operation`, beside `spec`.
    package var pendingOperation: ApplicationOperation?
    package var status: Status

    /// Prefixes of the keys of annotations that are kept.
    package static let keptAnnotations = [
        "kargo.akuity.io/", "hoistway.dev/", "argocd.argoproj.io/", "argocd-image-updater.argoproj.io/",
    ]

    /// Longest annotation that is kept, in bytes of UTF-8; Kubernetes allows 256 KiB for all annotations of an object.
    package static let maxAnnotation = 32 << 10

    /// Why an annotation cannot be read; `nil` where it can, or does not exist.
    package func oversize(of annotation: String, limit: Int = maxAnnotation) -> String? {
        oversizedAnnotations[annotation].map { "it has \($0) bytes, and at most \(limit) are read" }
    }

    /// Whether Argo CD's controller ignores the Application, so that a requested comparison has no effect.
    package var skipsReconciling: Bool { annotations["argocd.argoproj.io/skip-reconcile"] == "true" }

    package struct Destination: Sendable, Equatable {
        package var server: String?
        package var name: String?
        package var namespace: String

        package init(server: String? = nil, name: String? = nil, namespace: String = "") {
            self.server = server
            self.name = name
            self.namespace = namespace
        }
    }

    package struct SyncPolicy: Sendable, Equatable {
        /// Whether `automated` is set and not disabled.
        package var isAutomated: Bool
        /// Each is `Key=value`.
        package var options: [String]
        /// `spec.syncPolicy.retry` as it is written; `nil`: there is none.
        package var retry: ConfigValue?

        package init(isAutomated: Bool = false, options: [String] = [], retry: ConfigValue? = nil) {
            self.isAutomated = isAutomated
            self.options = options
            self.retry = retry
        }
    }

    package init(
        key: ApplicationKey,
        uid: String = "",
        resourceVersion: String = "",
        labels: [String: String] = [:],
        annotations: [String: String] = [:],
        project: String = "default",
        sources: [ApplicationSource],
        isMultiSource: Bool = false,
        hasHydrator: Bool = false,
        destination: Destination = Destination(),
        syncPolicy: SyncPolicy = SyncPolicy(),
        owner: String? = nil,
        isBeingDeleted: Bool = false,
        pendingOperation: ApplicationOperation? = nil,
        status: Status = Status()
    ) {
        self.key = key
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.labels = labels
        self.annotations = annotations
        self.project = project
        self.sources = sources
        self.isMultiSource = isMultiSource
        self.hasHydrator = hasHydrator
        self.destination = destination
        self.syncPolicy = syncPolicy
        self.owner = owner
        self.isBeingDeleted = isBeingDeleted
        self.pendingOperation = pendingOperation
        self.status = status
    }
}
