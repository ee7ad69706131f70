import Csqlite

/// Owns one `sqlite3_stmt`.
final class Statement {
    private let connection: OpaquePointer
    private let handle: OpaquePointer
    /// Whether somebody stands at one of its rows.
    private(set) var isInUse = false

    /// - Parameter connection: stays open as long as this lives.
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

    /// Hands over the values, runs `body`, and makes it ready for the next use.
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

    /// Of the row at which it stands.
    func read<Value>(_ body: (borrowing Row) throws -> Value) rethrows -> Value {
        let row = Row(of: handle)
        return try body(row)
    }
}
