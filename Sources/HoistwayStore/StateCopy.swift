import HoistwaySQLite

/// A database file that is being prepared as a state, and that no other process has open.
enum StateCopy {
    static let actor = "hoistway state"
    static let backup = "backup"
    static let restore = "restore"

    /// Without a journal file: the journal of a killed attempt would be rolled back into the next attempt's copy.
    static func open(_ path: String) throws -> Database {
        let database = try Database(path)
        try database.run("PRAGMA journal_mode = MEMORY")
        return database
    }

    /// Opens a database that a server may use, for reading only.
    static func readOnly(_ path: String) throws -> Database {
        try Database(path, .init(isReadOnly: true, lockPatience: .seconds(5)))
    }
}
