/// The parts of an AppProject of Argo CD that Hoistway uses.
package struct AppProject: Sendable, Equatable {
    package var name: String
    package var namespace: String
    package var resourceVersion: String
    package var syncWindows: [SyncWindow]

    package init(name: String, namespace: String, resourceVersion: String = "", syncWindows: [SyncWindow] = []) {
        self.name = name
        self.namespace = namespace
        self.resourceVersion = resourceVersion
        self.syncWindows = syncWindows
    }
}

/// An entry of `spec.syncWindows`, as it is written.
package struct SyncWindow: Sendable, Equatable {
    /// `allow` or `deny`.
    package var kind: String
    /// Five cron fields: when the window begins.
    package var schedule: String
    /// A duration in Go's format.
    package var duration: String
    /// A name of the IANA time zone database; empty: UTC.
    package var timeZone: String
    package var applications: [String]
    package var namespaces: [String]
    package var clusters: [String]
    /// Whether every configured list must match, and not only one of them.
    package var usesAnd: Bool
    package var manualSync: Bool
    package var syncOverrun: Bool
    package var description: String

    package init(
        kind: String,
        schedule: String,
        duration: String,
        timeZone: String = "",
        applications: [String] = [],
        namespaces: [String] = [],
        clusters: [String] = [],
        usesAnd: Bool = false,
        manualSync: Bool = false,
        syncOverrun: Bool = false,
        description: String = ""
    ) {
        self.kind = kind
        self.schedule = schedule
        self.duration = duration
        self.timeZone = timeZone
        self.applications = applications
        self.namespaces = namespaces
        self.clusters = clusters
        self.usesAnd = usesAnd
        self.manualSync = manualSync
        self.syncOverrun = syncOverrun
        self.description = description
    }
}
