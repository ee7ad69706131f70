package import HoistwayModel

/// An Application from the API, with only the fields that are used.
///
/// Source: the CRD of Argo CD 3.x, `argoproj.io/v1alpha1`. An unknown field is ignored; a known field of another type
/// makes the whole object unreadable, since a guess would be written back.
package struct ApplicationDocument: Sendable, Equatable, Decodable {
    package var application: Application

    /// Limit of entries in a list that an update writes back: a cut list would lose entries.
    static let maxEntries = 2000
    /// Limit of entries in a list that is only read; the rest is dropped.
    static let maxShown = 500
    /// Largest `spec.syncPolicy.retry`, see `ConfigValue.roughSize`.
    static let maxRetry = 8 * 1024

    package init(_ application: Application) {
        self.application = application
    }

    package init(from decoder: any Decoder) throws {
        let root = try Root(from: decoder)
        let spec = root.spec ?? Spec()
        let hydrator = spec.sourceHydrator
        let written = spec.sources ?? []
        let sources =
            try hydrator.map { [$0.effective] }
            ?? (written.isEmpty ? [spec.source].compactMap { $0 } : written)
            .map { try $0.source(decoder) }
        let metadata = root.metadata
        guard sources.count <= Self.maxEntries else { throw Self.excess(of: "sources", decoder) }
        let annotations = Self.used(metadata.annotations ?? [:])
        var application = Application(
            key: ApplicationKey(namespace: metadata.namespace ?? "", name: metadata.name),
            uid: metadata.uid ?? "",
            resourceVersion: metadata.resourceVersion ?? "",
            labels: metadata.labels ?? [:],
            annotations: annotations.filter { $0.value.utf8.count <= Application.maxAnnotation },
            project: spec.project.flatMap { $0.isEmpty ? nil : $0 } ?? "default",
            sources: sources,
            isMultiSource: hydrator == nil && !written.isEmpty,
            hasHydrator: hydrator != nil
        )
        application.oversizedAnnotations =
            annotations.mapValues(\.utf8.count).filter { $0.value > Application.maxAnnotation }
        application.drySource = try hydrator?.drySource?.source(decoder)
        application.destination = Application.Destination(
            server: spec.destination?.server.flatMap { $0.isEmpty ? nil : $0 },
            name: spec.destination?.name.flatMap { $0.isEmpty ? nil : $0 },
            namespace: spec.destination?.namespace ?? ""
        )
        if let policy = spec.syncPolicy { application.syncPolicy = try policy.policy(decoder) }
        application.owner = metadata.ownerReferences?.first { $0.kind == "ApplicationSet" }?.name
        application.isBeingDeleted = metadata.deletionTimestamp != nil
        application.pendingOperation = root.operation?.operation
        if let status = root.status { application.status = status.status }
        self.application = application
    }

    private static func used(_ annotations: [String: String]) -> [String: String] {
        annotations.filter { key, _ in Application.keptAnnotations.contains { key.hasPrefix($0) } }
    }

    static func excess(of what: String, _ decoder: any Decoder) -> DecodingError {
        let text = "it has more \(what) than Hoistway reads"
        return .dataCorrupted(DecodingError.Context(codingPath: decoder.codingPath, debugDescription: text))
    }
}

private struct Root: Decodable {
    var metadata: Metadata
    var spec: Spec?
    var operation: OperationFields?
    var status: StatusFields?
}

private struct Metadata: Decodable {
    struct Owner: Decodable {
        var kind: String
        var name: String
    }

    var name: String
    var namespace: String?
    var uid: String?
    var resourceVersion: String?
    var labels: [String: String]?
    var annotations: [String: String]?
    var ownerReferences: [Owner]?
    var deletionTimestamp: String?
}

private struct Spec: Decodable {
    struct Destination: Decodable {
        var server: String?
        var name: String?
        var namespace: String?
    }

    struct Policy: Decodable {
        struct Automated: Decodable {
            var enabled: Bool?
        }

        var automated: Automated?
        var syncOptions: [String]?
        var retry: PlainJSON?

        func policy(_ decoder: any Decoder) throws -> Application.SyncPolicy {
            let retry = retry?.value
            if let retry, retry.roughSize > ApplicationDocument.maxRetry {
                throw ApplicationDocument.excess(of: "of syncPolicy.retry", decoder)
            }
            guard (syncOptions ?? []).count <= ApplicationDocument.maxEntries else {
                throw ApplicationDocument.excess(of: "syncOptions", decoder)
            }
            return Application.SyncPolicy(
                isAutomated: automated.map { $0.enabled ?? true } ?? false,
                options: syncOptions ?? [],
                retry: retry == .null ? nil : retry
            )
        }
    }

    struct Hydrator: Decodable {
        struct Sync: Decodable {
            var repoURL: String?
            var targetBranch: String?
            var path: String?
        }

        var drySource: SourceFields?
        var syncSource: Sync?

        /// The source that Argo CD synchronises: the dry source's repository, unless the sync source names one.
        var effective: ApplicationSource {
            let own = syncSource?.repoURL.flatMap { $0.isEmpty ? nil : $0 }
            return ApplicationSource(
                repoURL: own ?? drySource?.repoURL ?? "",
                path: syncSource?.path ?? "",
                targetRevision: syncSource?.targetBranch ?? ""
            )
        }
    }

    var project: String?
    var source: SourceFields?
    var sources: [SourceFields]?
    var sourceHydrator: Hydrator?
    var destination: Destination?
    var syncPolicy: Policy?
}
