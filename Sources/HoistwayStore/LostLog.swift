import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import Logging

/// Whether the log (`-wal`) of a killed server is missing.
///
/// The database alone is then sound, but older: changes since the last fold-in of the log are missing, and nothing in
/// the file shows it. So the lock file records whether there must be a log.
enum LostLog {
    /// One sentence; `nil` if no log is missing, or if this cannot be known.
    ///
    /// Call it while there is no holder of the lock, or as the holder before the database is opened.
    static func problem(of path: String) -> String? {
        // Opening the database for reading leaves an empty log if there was none.
        guard FileLock.wasLeftOpen(path), Disk.exists(path), FileSize.of(path + "-wal") == 0 else { return nil }
        return "the server that had this state open was killed, and its log, \(path)-wal, is gone: what was stored "
            + "last is missing, unless another program, such as sqlite3, has moved the log into the database since. "
            + "Put the log back before hoistway is started, or restore a backup"
    }

    /// Makes sure that the log has content, and records that it must exist from now on.
    static func expectLog(of path: String, _ database: Database, _ lock: FileLock) throws {
        // This write changes no value. Later the log is folded in and written again from its beginning; it never
        // becomes shorter.
        let version: Int? = try database.value("PRAGMA user_version")
        try database.run("PRAGMA user_version = \(version ?? 0)")
        try Disk.syncFolder(of: path)
        try lock.mark(isOpen: FileSize.of(path + "-wal") > 0)
    }

    /// Moves the whole log into the database, so that the file alone is the state after it is closed.
    ///
    /// The log may stay next to it: it is not removed while connections of readers are open.
    static func foldIn(_ connection: WritingConnection, _ lock: FileLock, _ logger: Logger) {
        do {
            if try connection.use({ try $0.foldInLog() }) { try lock.mark(isOpen: false) }
        } catch {
            // A reader is active, or the files are missing: the log keeps its content, and must exist.
            logger.debug("the log was not folded in", metadata: ["error": .string(PlainError.text(of: error))])
        }
    }
}
