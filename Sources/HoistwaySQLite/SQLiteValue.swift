import Csqlite
package import FoundationEssentials

/// A value for a `?` in a statement.
package protocol SQLiteValue: Sendable {
    /// Returns SQLite's result code; SQLite keeps a copy of the value.
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32
}

/// A value that can be read from a column.
package protocol SQLiteColumn {
    /// `nil` if the column has a value of another type.
    static func read(_ statement: OpaquePointer, _ column: Int32) -> Self?
}

extension Int64: SQLiteValue, SQLiteColumn {
    package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, self)
    }

    package static func read(_ statement: OpaquePointer, _ column: Int32) -> Int64? {
        guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else { return nil }
        return sqlite3_column_int64(statement, column)
    }
}

extension Int: SQLiteValue, SQLiteColumn {
    package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, Int64(self))
    }

    package static func read(_ statement: OpaquePointer, _ column: Int32) -> Int? {
        Int64.read(statement, column).map { Int($0) }
    }
}

/// As 0 and 1.
extension Bool: SQLiteValue, SQLiteColumn {
    package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, self ? 1 : 0)
    }

    package static func read(_ statement: OpaquePointer, _ column: Int32) -> Bool? {
        Int64.read(statement, column).map { $0 != 0 }
    }
}

extension String: SQLiteValue, SQLiteColumn {
    package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        var text = self
        return text.withUTF8 { hoistway_bind_text(statement, index, $0.baseAddress, UInt64($0.count)) }
    }

    package static func read(_ statement: OpaquePointer, _ column: Int32) -> String? {
        guard sqlite3_column_type(statement, column) == SQLITE_TEXT else { return nil }
        // The text first: reading the size may convert it.
        let text = sqlite3_column_text(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: count), as: UTF8.self)
    }
}

extension [UInt8]: SQLiteValue, SQLiteColumn {
    package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        withUnsafeBytes { hoistway_bind_blob(statement, index, $0.baseAddress, UInt64($0.count)) }
    }

    package static func read(_ statement: OpaquePointer, _ column: Int32) -> [UInt8]? {
        Blob(statement, column).map { [UInt8]($0.bytes) }
    }
}

extension Data: SQLiteValue, SQLiteColumn {
    package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        withUnsafeBytes { hoistway_bind_blob(statement, index, $0.baseAddress, UInt64($0.count)) }
    }

    package static func read(_ statement: OpaquePointer, _ column: Int32) -> Data? {
        Blob(statement, column).map { Data($0.bytes) }
    }
}

/// `NULL`.
extension Optional: SQLiteValue where Wrapped: SQLiteValue {
    package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        self?.bind(to: statement, at: index) ?? sqlite3_bind_null(statement, index)
    }
}

extension Optional: SQLiteColumn where Wrapped: SQLiteColumn {
    package static func read(_ statement: OpaquePointer, _ column: Int32) -> Wrapped?? {
        if sqlite3_column_type(statement, column) == SQLITE_NULL { return .some(nil) }
        return Wrapped.read(statement, column).map { .some($0) }
    }
}

/// The bytes of a column: valid until the statement's next step.
struct Blob {
    let bytes: UnsafeRawBufferPointer

    init?(_ statement: OpaquePointer, _ column: Int32) {
        guard sqlite3_column_type(statement, column) == SQLITE_BLOB else { return nil }
        // The bytes first: reading the size may convert them.
        let start = sqlite3_column_blob(statement, column)
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(statement, column))
        bytes = UnsafeRawBufferPointer(start: start, count: count)
    }
}
