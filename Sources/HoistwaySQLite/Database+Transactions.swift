extension Database {
    package enum TransactionKind: String, Sendable {
        /// Takes the write lock at once.
        case immediate = "BEGIN IMMEDIATE"
        /// All reads in it see the same moment.
        case deferred = "BEGIN DEFERRED"
    }

    /// All or nothing: an error in `body` undoes it.
    package func transaction<Value>(_ kind: TransactionKind = .immediate, _ body: () throws -> Value) throws -> Value {
        try run(kind.rawValue)
        do {
            let value = try body()
            try run("COMMIT")
            return value
        } catch {
            // The first failure is more useful than one of the rollback; a lost connection also undoes the transaction.
            if isInTransaction { try? run("ROLLBACK") }
            throw error
        }
    }

    /// Whether a commit is on the disk when it returns, with all earlier ones.
    ///
    /// Otherwise it is only written: it survives a crash of the program, but not of the machine:
    /// <https://www.sqlite.org/pragma.html#pragma_synchronous>. Call it only between transactions.
    package func setSynced(_ isSynced: Bool) throws {
        // A cached statement would only set it once, when it is prepared.
        try runScript("PRAGMA synchronous = \(isSynced ? "FULL" : "NORMAL")")
    }

    /// A part of a transaction that can be undone alone.
    ///
    /// If SQLite has undone the whole transaction, the failure says so.
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
    /// The part alone was undone.
    case undone(any Error)
    /// The whole transaction was undone.
    case transactionLost(any Error)
}
