import HoistwayModel

/// An AppProject from the API, with its sync windows.
struct AppProjectDocument: Sendable, Decodable {
    var project: AppProject

    /// Limit of sync windows; Argo CD's own tools have no such limit.
    static let maxWindows = 1000

    private struct Root: Decodable {
        struct Metadata: Decodable {
            var name: String
            var namespace: String?
            var resourceVersion: String?
        }

        struct Spec: Decodable {
            var syncWindows: [Window]?
        }

        var metadata: Metadata
        var spec: Spec?
    }

    private struct Window: Decodable {
        var kind: String?
        var schedule: String?
        var duration: String?
        var timeZone: String?
        var applications: [String]?
        var namespaces: [String]?
        var clusters: [String]?
        var andOperator: Bool?
        var manualSync: Bool?
        var syncOverrun: Bool?
        var description: String?

        var window: SyncWindow {
            SyncWindow(
                kind: kind ?? "",
                schedule: schedule ?? "",
                duration: duration ?? "",
                timeZone: timeZone ?? "",
                applications: applications ?? [],
                namespaces: namespaces ?? [],
                clusters: clusters ?? [],
                usesAnd: andOperator ?? false,
                manualSync: manualSync ?? false,
                syncOverrun: syncOverrun ?? false,
                description: String((description ?? "").prefix(Application.Status.maxMessage))
            )
        }
    }

    init(from decoder: any Decoder) throws {
        let root = try Root(from: decoder)
        let windows = root.spec?.syncWindows ?? []
        guard windows.count <= Self.maxWindows else {
            throw ApplicationDocument.excess(of: "sync windows", decoder)
        }
        project = AppProject(
            name: root.metadata.name,
            namespace: root.metadata.namespace ?? "",
            resourceVersion: root.metadata.resourceVersion ?? "",
            syncWindows: windows.map(\.window)
        )
    }
}
