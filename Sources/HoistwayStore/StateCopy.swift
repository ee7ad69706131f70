import GRDB

/// A database file that is on its way to be somebody's state, and that nobody else has open.
enum StateCopy {
    static let actor = "hoistway state"
    static let backup = "backup"
    static let restore = "restore"

    /// Without a journal file: one that a killed attempt left would be rolled back into the next attempt's copy.
    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = MEMORY")
        }
        return configuration
    }

    /// To look at a database that a server may be working on; nothing is written.
    static func readOnly(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}
