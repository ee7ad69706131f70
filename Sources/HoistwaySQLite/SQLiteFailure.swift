import Csqlite

/// SQLite's error for a failed call.
///
/// The message may quote names of tables and columns, never values.
package struct SQLiteFailure: Error, Equatable {
    /// The result code with its extension; its lowest byte is ``code``.
    package var extendedCode: Int32
    package var message: String

    /// SQLite's primary result code, as `SQLITE_FULL`.
    package var code: Int32 { extendedCode & 0xff }

    package init(extendedCode: Int32, message: String) {
        self.extendedCode = extendedCode
        self.message = message
    }

    /// The last error of a connection: read it before the connection is used again.
    init(_ connection: OpaquePointer) {
        self.init(
            extendedCode: sqlite3_extended_errcode(connection),
            message: String(cString: sqlite3_errmsg(connection))
        )
    }

    /// The file has content that the program did not write.
    package static func damaged(_ message: String) -> SQLiteFailure {
        SQLiteFailure(extendedCode: SQLITE_CORRUPT, message: message)
    }
}

extension SQLiteFailure {
    /// The kinds of failures that callers distinguish.
    package enum Kind: Sendable {
        case full, locked, damaged, other
    }

    package var kind: Kind {
        switch code {
        case SQLITE_FULL: .full
        case SQLITE_BUSY, SQLITE_LOCKED: .locked
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
        default: .other
        }
    }
}
