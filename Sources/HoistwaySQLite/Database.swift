import Csqlite

/// One connection to a database's file.
///
/// Its owner ensures that only one thread at a time uses it. Statements are prepared once and kept until it is closed.
/// So SQL must be constant text of the program, with a `?` for each value.
package final class Database {
    package struct Options: Sendable {
        /// Nothing is written; the file must exist.
        package var isReadOnly: Bool
        /// How long it waits for another connection's lock.
        package var lockPatience: Duration

        package init(isReadOnly: Bool = false, lockPatience: Duration = .zero) {
            self.isReadOnly = isReadOnly
            self.lockPatience = lockPatience
        }
    }

    private let handle: OpaquePointer
    private var statements: [String: Statement] = [:]

    package init(_ path: String, _ options: Options = Options()) throws {
        let mode = options.isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        var opened: OpaquePointer?
        let status = sqlite3_open_v2(path, &opened, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened else { throw SQLiteFailure(extendedCode: SQLITE_NOMEM, message: "out of memory") }
        guard status == SQLITE_OK else {
            defer { sqlite3_close_v2(opened) }
            throw SQLiteFailure(opened)
        }
        handle = opened
        sqlite3_busy_timeout(handle, Int32(options.lockPatience / .milliseconds(1)))
        hoistway_configure(handle)
    }

    deinit {
        // They must be released before the connection.
        statements = [:]
        sqlite3_close_v2(handle)
    }

    // MARK: Writing

    /// Runs one statement to its end.
    package func run(_ sql: String, _ values: any SQLiteValue...) throws {
        let statement = try statement(sql)
        try statement.use(values) { while try statement.step() {} }
    }

    /// Runs statements without values, each once.
    package func runScript(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw SQLiteFailure(handle) }
    }

    /// How many rows the last `INSERT`, `UPDATE` or `DELETE` has changed.
    package var changedRows: Int { Int(sqlite3_changes(handle)) }

    // MARK: Reading

    /// Reads each row, in order.
    package func forEach(
        _ sql: String,
        _ values: any SQLiteValue...,
        read: (borrowing Row) throws -> Void
    ) throws {
        let statement = try statement(sql)
        try statement.use(values) { while try statement.step() { try statement.read(read) } }
    }

    /// All rows.
    package func all<Value>(
        _ sql: String,
        _ values: any SQLiteValue...,
        read: (borrowing Row) throws -> Value
    ) throws -> [Value] {
        let statement = try statement(sql)
        return try statement.use(values) {
            var all: [Value] = []
            while try statement.step() { all.append(try statement.read(read)) }
            return all
        }
    }

    /// The first row, if there is one.
    package func first<Value>(
        _ sql: String,
        _ values: any SQLiteValue...,
        read: (borrowing Row) throws -> Value
    ) throws -> Value? {
        let statement = try statement(sql)
        return try statement.use(values) { try statement.step() ? statement.read(read) : nil }
    }

    /// The first column of each row.
    package func values<Value: SQLiteColumn>(_ sql: String, _ values: any SQLiteValue...) throws -> [Value] {
        let statement = try statement(sql)
        return try statement.use(values) {
            var all: [Value] = []
            while try statement.step() { all.append(try statement.read { try $0[0] }) }
            return all
        }
    }

    /// The first column of the first row; `nil` if there is no row, or if it is `NULL`.
    package func value<Value: SQLiteColumn>(_ sql: String, _ values: any SQLiteValue...) throws -> Value? {
        let statement = try statement(sql)
        return try statement.use(values) {
            guard try statement.step() else { return nil }
            return try statement.read { row -> Value? in try row[0] }
        }
    }

    package func hasTable(_ name: String) throws -> Bool {
        try value("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name) == 1
    }

    /// A statement in use, by a row whose closure runs the same SQL, is not reused.
    private func statement(_ sql: String) throws -> Statement {
        if let kept = statements[sql] { return kept.isInUse ? try Statement(sql, handle) : kept }
        let statement = try Statement(sql, handle)
        statements[sql] = statement
        return statement
    }

    // MARK: Files

    /// Whether a transaction is open: SQLite ends one on its own if the disk is full, or the file is damaged.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Writes a copy of the present state, without free pages, into a file that is absent or empty.
    package func copy(into path: String) throws {
        try run("VACUUM INTO ?", path)
    }

    /// Moves the log into the database's file; `true` if all of it was moved.
    package func foldInLog() throws -> Bool {
        var (frames, done): (Int32, Int32) = (0, 0)
        guard sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_FULL, &frames, &done) == SQLITE_OK else {
            throw SQLiteFailure(handle)
        }
        return frames == done
    }
}
