import Csqlite

/// The present row of a statement: valid only within the closure that gets it.
package struct Row: ~Copyable {
    private let statement: OpaquePointer

    init(of statement: OpaquePointer) {
        self.statement = statement
    }

    /// How many columns it has.
    package var count: Int { Int(sqlite3_column_count(statement)) }

    /// The value of a column, counted from 0.
    ///
    /// Throws if the column has a value of another type, as in a damaged file.
    package subscript<Value: SQLiteColumn>(_ column: Int) -> Value {
        get throws {
            guard let value = Value.read(statement, Int32(column)) else { throw otherType(column) }
            return value
        }
    }

    // MARK: For rows of which there are very many
    //
    // The subscript is generic, and not specialised for callers in other modules.

    package func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }

    /// Like the subscript, throws if the column has a value of another type.
    package func integer(_ column: Int) throws -> Int64 {
        guard sqlite3_column_type(statement, Int32(column)) == SQLITE_INTEGER else { throw otherType(column) }
        return sqlite3_column_int64(statement, Int32(column))
    }

    /// The bytes of a text: valid as long as the row.
    ///
    /// Like the subscript, throws if the column has a value of another type.
    package func textBytes(_ column: Int) throws -> UnsafeRawBufferPointer {
        guard sqlite3_column_type(statement, Int32(column)) == SQLITE_TEXT else { throw otherType(column) }
        // The text first: reading the size may convert it.
        let text = sqlite3_column_text(statement, Int32(column))
        return UnsafeRawBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, Int32(column))))
    }

    /// The bytes of a blob: valid as long as the row.
    ///
    /// Like the subscript, throws if the column has a value of another type.
    package func blobBytes(_ column: Int) throws -> UnsafeRawBufferPointer {
        guard let blob = Blob(statement, Int32(column)) else { throw otherType(column) }
        return blob.bytes
    }

    private func otherType(_ column: Int) -> SQLiteFailure {
        let name = sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? "\(column)"
        return SQLiteFailure.damaged("the column \(name) holds a value of another type")
    }
}
