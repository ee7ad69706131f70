/// The private listener: API and dashboard.
package struct ConsoleSettings: Sendable, Equatable {
    /// `console.listen`: this machine only.
    package static let defaultListen = ListenAddress(host: "127.0.0.1", port: 8421)

    package var listen: ListenAddress
    /// The URL for people, used in links of messages; without it there are no links.
    package var publicURL: String?
    /// Values of the `Host` header that are answered, besides the listener's own address and `publicURL`'s host.
    package var hosts: [String]

    package init(
        listen: ListenAddress = ConsoleSettings.defaultListen,
        publicURL: String? = nil,
        hosts: [String] = []
    ) {
        self.listen = listen
        self.publicURL = publicURL
        self.hosts = hosts
    }
}

/// `/livez`, `/readyz` and `/metrics`.
package struct HealthSettings: Sendable, Equatable {
    /// `health.listen`: this machine only.
    package static let defaultListen = ListenAddress(host: "127.0.0.1", port: 8422)

    package var listen: ListenAddress

    package init(listen: ListenAddress = HealthSettings.defaultListen) {
        self.listen = listen
    }
}

/// The database, and how long its contents are kept.
package struct StateSettings: Sendable, Equatable {
    /// `state.url`.
    package static let defaultURL = "sqlite:./var/hoistway.db"
    /// `state.retention.age`: how long the bodies of finished deliveries stay.
    package static let defaultRetentionAge = Duration.seconds(7 * 24 * 3600)
    /// `state.retention.bytes`: how much they may take, compressed.
    package static let defaultRetentionBytes = 1024 * 1024 * 1024
    /// `state.retention.history`: how long the rest of a delivery stays, which serves to recognise a replay.
    package static let defaultRetentionHistory = Duration.seconds(365 * 24 * 3600)

    /// The SQLite file, a complete path.
    package var databasePath: String
    package var retentionAge: Duration
    package var retentionBytes: Int
    package var retentionHistory: Duration

    package init(
        databasePath: String,
        retentionAge: Duration = StateSettings.defaultRetentionAge,
        retentionBytes: Int = StateSettings.defaultRetentionBytes,
        retentionHistory: Duration = StateSettings.defaultRetentionHistory
    ) {
        self.databasePath = databasePath
        self.retentionAge = retentionAge
        self.retentionBytes = retentionBytes
        self.retentionHistory = retentionHistory
    }

    /// The folder of the database, which also has the first token.
    package var folder: String {
        guard let slash = databasePath.lastIndex(of: "/"), slash != databasePath.startIndex else { return "/" }
        return String(databasePath[..<slash])
    }
}

package struct LogSettings: Sendable, Equatable {
    package enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    package enum Format: String, Sendable, CaseIterable {
        case text, json
    }

    /// `log.level`.
    package static let defaultLevel = Level.info
    /// `log.format`.
    package static let defaultFormat = Format.text

    package var level: Level
    package var format: Format

    package init(level: Level = LogSettings.defaultLevel, format: Format = LogSettings.defaultFormat) {
        self.level = level
        self.format = format
    }
}
