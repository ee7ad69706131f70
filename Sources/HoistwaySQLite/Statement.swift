import Csqlite

/// Owns one `sqlite3_stmt`.
final class Statement {
    private let connection: OpaquePointer
    private let handle: OpaquePointer
    /// Whether one of its rows is being read.
    private(set) var isInUse = false

    /// - Parameter connection: it must stay open as long as this statement exists.
    init(_ sql: String, _ connection: OpaquePointer) throws {
        var prepared: OpaquePointer?
        var sql = sql
        let status = sql.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) {
                sqlite3_prepare_v3(
                    connection,
                    $0.baseAddress,
                    Int32($0.count),
                    UInt32(SQLITE_PREPARE_PERSISTENT),
                    &prepared,
                    nil
                )
            }
        }
        guard status == SQLITE_OK else { throw SQLiteFailure(connection) }
        guard let prepared else { preconditionFailure("a statement without SQL") }
        self.connection = connection
        handle = prepared
    }

    deinit { sqlite3_finalize(handle) }

    /// Binds the values, runs `body`, and resets the statement.
    func use<Value>(_ values: [any SQLiteValue], _ body: () throws -> Value) throws -> Value {
        precondition(values.count == sqlite3_bind_parameter_count(handle), "a value for each place of a statement")
        isInUse = true
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
            isInUse = false
        }
        for (index, value) in values.enumerated() {
            guard value.bind(to: handle, at: Int32(index + 1)) == SQLITE_OK else { throw SQLiteFailure(connection) }
        }
        return try body()
    }

    /// Goes to the next row; `false` after the last.
    func step() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLiteFailure(connection)
        }
    }

    /// Reads the present row.
    func read<Value>(_ body: (borrowing Row) throws -> Value) rethrows -> Value {
        let row = Row(of: handle)
        return try body(row)
    }
}
