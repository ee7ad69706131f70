import FoundationEssentials
import Glibc
package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite

/// Replaces a state by a backup.
///
/// The backup is copied next to the state, checked and prepared there. One renaming, to `<path>.restored`, decides. The
/// next program that opens the state finishes the rest, so that a crash at any point leaves the old state or the new
/// one. A log (`-wal`) of the old database is never applied to the new one, which it would damage.
package enum StateRestore {
    package struct Outcome: Sendable, Equatable, Codable {
        /// The report on the restored state.
        package var report: StateReport
        package var backupMadeAt: Timestamp
        /// Where the replaced database is; `nil` if there was none.
        package var replaced: String?
        /// Promotions that were open in the backup, and were aborted.
        package var aborted: Int
        /// Names of the tokens that are now valid.
        package var tokens: [String]
    }

    /// Refused while a server has the state open; takes as long as reading the backup twice.
    package static func restore(
        _ backup: String,
        to path: String,
        now: Timestamp
    ) throws(StoreFailure) -> Outcome {
        let lock = try FileLock(guarding: path)
        defer { lock.release() }
        // If a former attempt was decided, its state is the one to replace.
        _ = try finish(path)
        guard FileSize.of(backup + "-wal") == 0 else {
            throw .failed(
                operation: "restoring \(backup)",
                detail: "there is \(backup)-wal beside it, so that it is a database in use and no backup: make one of "
                    + "it with `hoistway state backup`"
            )
        }
        let copy = path + ".restoring"
        do throws(StoreFailure) {
            try Disk.copy(backup, to: copy)
            let found = try StateInspection.report(on: copy)
            if let problem = found.problems.first { throw StoreFailure.corrupt(path: backup, detail: problem) }
            let (madeAt, aborted, tokens) = try prepare(copy, backup: backup, now: now)
            try Disk.sync(copy)
            // The restored state has no log.
            try lock.mark(isOpen: false)
            try Disk.rename(copy, to: path + ".restored")
            try Disk.syncFolder(of: path)
            let replaced = try finish(path)
            var report = try StateInspection.report(on: path, isComplete: false)
            report.lockedBy = nil  // It would be this process.
            return Outcome(
                report: report,
                backupMadeAt: madeAt,
                replaced: replaced,
                aborted: aborted,
                tokens: tokens
            )
        } catch {
            try Disk.remove(copy)
            throw error.naming(backup, insteadOf: copy)
        }
    }

    /// Finishes a restore that was decided; does nothing if there is none.
    ///
    /// Needs the lock.
    ///
    /// - Returns: where the replaced database is now.
    @discardableResult
    static func finish(_ path: String) throws(StoreFailure) -> String? {
        let restored = path + ".restored"
        guard let kept = keptName(path) else { return nil }
        let hadState = Disk.exists(path)
        // Second names come first, so that the old database and its log always have a name.
        try Disk.link(path, to: kept)
        try Disk.link(path + "-wal", to: kept + "-wal")
        try Disk.syncFolder(of: path)
        try Disk.remove(path + "-wal")
        try Disk.remove(path + "-shm")
        try Disk.syncFolder(of: path)
        try Disk.rename(restored, to: path)
        try Disk.syncFolder(of: path)
        return hadState ? kept : nil
    }

    /// The same name for every attempt to finish one restore, and for no other restore: from the time of the copy.
    ///
    /// `nil` if no restore was decided.
    static func keptName(_ path: String) -> String? {
        var status = stat()
        guard stat(path + ".restored", &status) == 0 else { return nil }
        return "\(path).replaced-\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }

    /// Ends what cannot continue, and records the restore in the audit trail.
    private static func prepare(
        _ copy: String,
        backup: String,
        now: Timestamp
    ) throws(StoreFailure) -> (madeAt: Timestamp, aborted: Int, tokens: [String]) {
        do {
            let database = try StateCopy.open(copy)
            return try database.transaction {
                let sql = "SELECT max(at) FROM audit WHERE actor = ? AND action = ?"
                let marked: Int64? = try database.value(sql, StateCopy.actor, StateCopy.backup)
                let madeAt = marked.map(Timestamp.init(microseconds:)) ?? changedAt(backup)
                let state = try SQLiteStore.state(in: database, path: backup)
                let changes = AfterRestore.changes(in: state, backupMadeAt: madeAt, now: now)
                // The other changes pause the stages.
                let aborted = changes.count { if case .putPromotion = $0 { true } else { false } }
                let encoder = RecordEncoder()
                for change in changes { try RecordWrite(change, encoder).perform(database) }
                try endSessions(database)
                try SQLiteStore.put(
                    AuditRecord(
                        at: now,
                        actor: StateCopy.actor,
                        action: StateCopy.restore,
                        detail: "from a backup of \(madeAt.rfc3339); open promotions aborted: \(aborted)"
                    ),
                    database
                )
                let tokens: [String] = try database.values("SELECT name FROM tokens ORDER BY name")
                return (madeAt, aborted, tokens)
            }
        } catch {
            throw StoreFailure(error, operation: "preparing \(copy)", path: backup)
        }
    }

    /// Sessions may have ended since the backup, so all of them are removed.
    private static func endSessions(_ database: Database) throws {
        for table in ["sessions", "sign_in_links"] where try database.hasTable(table) {
            try database.run("DELETE FROM \(table)")
        }
    }

    private static func changedAt(_ path: String) -> Timestamp {
        var status = stat()
        _ = stat(path, &status)  // It was read a moment ago.
        return Timestamp(microseconds: Int64(status.st_mtim.tv_sec) * 1_000_000)
    }
}

extension StoreFailure {
    /// Names the file that the person gave, and not its copy.
    fileprivate func naming(_ path: String, insteadOf copy: String) -> StoreFailure {
        switch self {
        case .newerSchema(copy, let found, let known): .newerSchema(path: path, found: found, known: known)
        case .corrupt(copy, let detail): .corrupt(path: path, detail: detail)
        default: self
        }
    }
}
