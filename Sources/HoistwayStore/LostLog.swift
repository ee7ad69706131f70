import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import Logging

/// Whether the log (`-wal`) that a killed server left is gone.
///
/// The database alone is sound then, and older: what was stored since the log was last folded in is missing, and nothing
/// in the file shows it. So the lock's file says whether there must be a log.
enum LostLog {
    /// One sentence; `nil` where no log is missing, and where nobody can know.
    ///
    /// To be asked while nobody holds the lock, or by its holder before the database is opened.
    static func problem(of path: String) -> String? {
        // A look at the database leaves an empty log behind where there was none.
        guard FileLock.wasLeftOpen(path), Disk.exists(path), FileSize.of(path + "-wal") == 0 else { return nil }
        return "the server that had this state open was killed, and the log that it left, \(path)-wal, is gone: what "
            + "was stored last is missing, unless another program, as sqlite3, has opened the state since and folded "
            + "the log in; put that file back before hoistway is started, or restore a backup"
    }

    /// Makes sure that the log has content, and notes that it must be there from now on.
    static func expectLog(of path: String, _ database: Database, _ lock: FileLock) throws {
        // Written though it changes nothing. Later the log is folded in and written from its beginning, and never
        // becomes shorter.
        let version: Int? = try database.value("PRAGMA user_version")
        try database.run("PRAGMA user_version = \(version ?? 0)")
        try Disk.syncFolder(of: path)
        try lock.mark(isOpen: FileSize.of(path + "-wal") > 0)
    }

    /// Brings all of the log into the database, so that the file alone is the state once it is closed.
    ///
    /// The log may stay beside it: it is not removed while connections of readers are open.
    static func foldIn(_ connection: WritingConnection, _ lock: FileLock, _ logger: Logger) {
        do {
            if try connection.use({ try $0.foldInLog() }) { try lock.mark(isOpen: false) }
        } catch {
            // A reader is at work, or the files are gone: the log goes on holding what it holds, and must be there.
            logger.debug("the log was not folded in", metadata: ["error": .string(PlainError.text(of: error))])
        }
    }
}
