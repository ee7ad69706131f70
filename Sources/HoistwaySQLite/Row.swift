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
            guard let value = Value.read(statement, Int32(column)) else {
                let name = sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? "\(column)"
                throw SQLiteFailure.damaged("the column \(name) holds a value of another type")
            }
            return value
        }
    }
}
