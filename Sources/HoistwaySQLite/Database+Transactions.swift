extension Database {
    package enum TransactionKind: String, Sendable {
        /// Takes the lock of the one that writes at once.
        case immediate = "BEGIN IMMEDIATE"
        /// All that is read in it is of one moment.
        case deferred = "BEGIN DEFERRED"
    }

    /// Whole or not at all: what `body` throws undoes it.
    package func transaction<Value>(_ kind: TransactionKind = .immediate, _ body: () throws -> Value) throws -> Value {
        try run(kind.rawValue)
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // The first failure tells more than one of undoing could; a connection that is lost undoes it, too.
            if isInTransaction { try? run("ROLLBACK") }
            throw error
        }
    }

    /// Whether a transaction is on the disk once it is committed, with all that were committed before it.
    ///
    /// Else it is written, and outlives the program but not the machine: <https://www.sqlite.org/pragma.html#pragma_synchronous>.
    /// Between transactions only.
    package func setSynced(_ isSynced: Bool) throws {
        // A statement that is kept would do it once, when it is prepared.
        try runScript("PRAGMA synchronous = \(isSynced ? "FULL" : "NORMAL")")
    }

    /// A part of a transaction that is undone alone.
    ///
    /// Where SQLite has undone the whole transaction, the failure says so.
    package func part<Value>(_ body: () throws -> Value) throws(PartFailure) -> Value {
        do {
            try run("SAVEPOINT part")
            let value = try body()
            try run("RELEASE part")
            return value
        } catch {
            guard isInTransaction else { throw .transactionLost(error) }
            do {
                try run("ROLLBACK TO part")
                try run("RELEASE part")
            } catch {
                throw .transactionLost(error)
            }
            throw .undone(error)
        }
    }
}

/// How a part of a transaction failed.
package enum PartFailure: Error {
    /// The part alone.
    case undone(any Error)
    /// With all that the transaction had before.
    case transactionLost(any Error)
}
