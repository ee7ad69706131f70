import HoistwayModel

/// An AppProject as the API gives it: its sync windows are kept.
struct AppProjectDocument: Sendable, Decodable {
    var project: AppProject

    /// Most windows that are looked at; Argo CD's own tools know of no such bound.
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
