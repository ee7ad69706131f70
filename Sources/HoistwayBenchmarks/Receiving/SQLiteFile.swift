import Foundation
import Csqlite

/// SQLite's own interface, without our layers: a comparison with it shows their cost.
///
/// Used by one thread at a time.
final class SQLiteFile {
    private let handle: OpaquePointer
    private let path: String

    init(_ path: String) throws {
        self.path = path
        var handle: OpaquePointer?
        let status = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard status == SQLITE_OK, let handle else {
            sqlite3_close(handle)
            throw BenchFailure.failed("opening \(path)", detail: String(cString: sqlite3_errstr(status)))
        }
        self.handle = handle
        sqlite3_busy_timeout(handle, 2_000)
    }

    deinit { sqlite3_close(handle) }

    func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
    }

    func number(_ sql: String) throws -> Double {
        let statement = try SQLiteStatement(self, sql)
        return try statement.next() ? statement.number(0) : 0
    }

    func rows(_ sql: String) throws -> [[SQLiteValue]] {
        let statement = try SQLiteStatement(self, sql)
        var rows: [[SQLiteValue]] = []
        while try statement.next() { rows.append(statement.row) }
        return rows
    }

    fileprivate func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
            throw failure(sql)
        }
        return statement
    }

    fileprivate func failure(_ sql: String) -> BenchFailure {
        .failed("\(sql.prefix(80)) in \(path)", detail: String(cString: sqlite3_errmsg(handle)))
    }
}

enum SQLiteValue {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}

/// One prepared statement; bound bytes must exist longer than the step.
final class SQLiteStatement {
    private let file: SQLiteFile
    private let handle: OpaquePointer
    private let sql: String

    init(_ file: SQLiteFile, _ sql: String) throws {
        self.file = file
        self.sql = sql
        handle = try file.prepare(sql)
    }

    deinit { sqlite3_finalize(handle) }

    func next() throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw file.failure(sql)
        }
    }

    func number(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

    var row: [SQLiteValue] {
        (0..<sqlite3_column_count(handle)).map { column in
            switch sqlite3_column_type(handle, column) {
            case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, column))
            case SQLITE_TEXT: .text(sqlite3_column_text(handle, column).map { String(cString: $0) } ?? "")
            case SQLITE_BLOB:
                .bytes(
                    Array(
                        UnsafeRawBufferPointer(
                            start: sqlite3_column_blob(handle, column),
                            count: Int(sqlite3_column_bytes(handle, column))
                        )
                    )
                )
            default: .null
            }
        }
    }

    /// Runs it with these values, which SQLite copies.
    func execute(_ values: [SQLiteValue]) throws {
        let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, value) in values.enumerated() {
            let place = Int32(index + 1)
            switch value {
            case .null: sqlite3_bind_null(handle, place)
            case .integer(let number): sqlite3_bind_int64(handle, place, number)
            case .text(let text): sqlite3_bind_text(handle, place, text, -1, copy)
            case .bytes(let bytes): sqlite3_bind_blob(handle, place, bytes, Int32(bytes.count), copy)
            }
        }
        _ = try next()
        sqlite3_reset(handle)
    }
}
