import Synchronization

/// The connection for writing, used by one thread at a time.
///
/// `@unchecked Sendable`: `database` is used only while `lock` is held.
package final class WritingConnection: @unchecked Sendable {
    /// `nil` once closed.
    private var database: Database?
    private let lock = Mutex(())

    /// The size to which the log's file is cut when the log begins again, in bytes.
    ///
    /// Without it, the file would keep the size of the largest transaction. SQLite folds the log in after 1,000 pages of
    /// 4 KB, so a file of this size is rarely extended: it costs less to write over blocks than to add blocks.
    static let keptLog = 5 << 20

    /// Opens or creates the file, in WAL mode; commits are on the disk.
    package init(_ path: String, lockPatience: Duration) throws {
        let database = try Database(path, .init(lockPatience: lockPatience))
        let mode: String? = try database.value("PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw SQLiteFailure.damaged("it has no write-ahead log (journal_mode is \(mode ?? "unknown"))")
        }
        _ = try database.value("PRAGMA journal_size_limit = \(Self.keptLog)") as Int?
        try database.setSynced(true)
        self.database = database
    }

    /// Blocks while another thread uses it.
    package func use<Value: Sendable>(_ body: (Database) throws -> Value) throws -> Value {
        try lock.withLock { _ in
            guard let database else { throw ConnectionClosed() }
            return try body(database)
        }
    }

    package func close() {
        lock.withLock { _ in database = nil }
    }
}
