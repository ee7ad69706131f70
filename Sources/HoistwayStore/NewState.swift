import HoistwaySQLite

/// Makes the database of a state that has none.
enum NewState {
    /// Creates the file with all its tables, in WAL mode.
    ///
    /// It is on the disk, under its name, when this returns. Needs the lock, and a name that is free. The tables are
    /// made in a file of another name without waiting for the disk. The file gets its name once all of it is on the
    /// disk. So a crash leaves no database or a whole one, and a first start waits for the disk twice, not for each
    /// step.
    static func create(_ path: String, migrations: [Migration]) throws {
        let draft = path + ".new"
        for suffix in ["", "-wal", "-shm"] { try Disk.remove(draft + suffix) }
        // It has content of customers' repositories. SQLite gives its `-wal` and `-shm` the same mode.
        try Disk.createPrivate(draft)
        try write(draft, migrations)
        try Disk.sync(draft)
        // SQLite would write the log or the journal of a database that was removed into this one.
        for suffix in ["-wal", "-shm", "-journal"] { try Disk.remove(path + suffix) }
        try Disk.rename(draft, to: path)
        try Disk.syncFolder(of: path)
    }

    private static func write(_ draft: String, _ migrations: [Migration]) throws {
        let database = try StateCopy.open(draft)
        try database.runScript("PRAGMA synchronous = OFF")
        try Schema.migrate(database, path: draft, migrations: migrations)
        // The mode is stored in the file. Closing the only connection removes the log.
        try database.runScript("PRAGMA journal_mode = WAL")
    }
}
