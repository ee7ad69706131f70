import HoistwaySQLite

/// A database file that is on its way to be somebody's state, and that nobody else has open.
enum StateCopy {
    static let actor = "hoistway state"
    static let backup = "backup"
    static let restore = "restore"

    /// Without a journal file: one that a killed attempt left would be rolled back into the next attempt's copy.
    static func open(_ path: String) throws -> Database {
        let database = try Database(path)
        try database.run("PRAGMA journal_mode = MEMORY")
        return database
    }

    /// To look at a database that a server may be working on; nothing is written.
    static func readOnly(_ path: String) throws -> Database {
        try Database(path, .init(isReadOnly: true, lockPatience: .seconds(5)))
    }
}
