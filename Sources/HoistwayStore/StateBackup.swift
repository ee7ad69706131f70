import Glibc
package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite

/// Copies a state that a running server may use.
///
/// The copy is the state at one moment: everything that was acknowledged before is in it, and nothing later. The server
/// does not wait. After a crash at any point, there is no file with the copy's name, or the former one.
package enum StateBackup {
    /// Returns when the copy is on the disk, checked, and readable only by its owner.
    package static func make(
        of path: String,
        to target: String,
        replacing: Bool,
        now: Timestamp
    ) throws(StoreFailure) -> StateReport {
        guard Disk.exists(path) else {
            throw .failed(operation: "reading \(path)", detail: "there is no such file")
        }
        let partial = target + ".partial"
        // Of two backups to one file, the second is refused; the kernel drops the lock with the process.
        let descriptor = open(partial, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Disk.failure("making \(partial)") }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isStill(partial, descriptor) else {
            throw .failed(operation: "making \(target)", detail: "another backup is writing it")
        }
        guard replacing || !Disk.exists(target) else {
            try Disk.remove(partial)
            throw .failed(operation: "making \(target)", detail: "it exists; --force replaces it")
        }
        do throws(StoreFailure) {
            try copy(path, to: partial, descriptor: descriptor)
            try mark(partial, now: now)
            var report = try StateInspection.report(on: partial, isComplete: false)
            try Disk.sync(partial)
            try Disk.rename(partial, to: target)
            try Disk.syncFolder(of: target)
            report.path = target
            return report
        } catch {
            try Disk.remove(partial)
            throw error
        }
    }

    /// Whether the path still names the opened file: the former holder of the lock may have renamed it.
    private static func isStill(_ path: String, _ descriptor: Int32) -> Bool {
        var opened = Glibc.stat()
        var named = Glibc.stat()
        return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino
    }

    /// Records the time of the copy in its own audit trail: file times change when files are moved.
    private static func mark(_ partial: String, now: Timestamp) throws(StoreFailure) {
        do {
            let database = try StateCopy.open(partial)
            let record = AuditRecord(at: now, actor: StateCopy.actor, action: StateCopy.backup, detail: "")
            try database.transaction { try SQLiteStore.put(record, database) }
        } catch {
            throw StoreFailure(error, operation: "writing \(partial)", path: partial)
        }
    }

    private static func copy(_ path: String, to partial: String, descriptor: Int32) throws(StoreFailure) {
        // A killed attempt may have left content: SQLite accepts only an empty file.
        guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, 0o600) == 0 else {
            throw Disk.failure("making \(partial)")
        }
        do {
            let database = try StateCopy.readOnly(path)
            let known = Schema.migrations.last?.version ?? 0
            let found = try Schema.version(database)
            guard found <= known else { throw StoreFailure.newerSchema(path: path, found: found, known: known) }
            try database.copy(into: partial)
        } catch {
            throw StoreFailure(error, operation: "copying \(path)", path: path)
        }
    }
}
