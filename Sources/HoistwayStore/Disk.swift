import FoundationEssentials
import Glibc
import HoistwayModel
import HoistwayPorts

/// Files and folders by system calls that report each failure; their effect is on the disk when they return.
enum Disk {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Whether nothing has this name, not even a link that leads nowhere.
    static func isFree(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) != 0 && errno == ENOENT
    }

    /// What was written to the file by anybody is on the disk when this returns.
    static func sync(_ path: String) throws(StoreFailure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("opening \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("syncing \(path)") }
    }

    static func syncFolder(of path: String) throws(StoreFailure) {
        try sync(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    /// Replaces `new` in one step.
    static func rename(_ old: String, to new: String) throws(StoreFailure) {
        guard Glibc.rename(old, new) == 0 else { throw failure("renaming \(old) to \(new)") }
    }

    /// Makes an empty file that only its owner may read; does not change an existing one.
    static func createPrivate(_ path: String) throws(StoreFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure("opening \(path)") }
        close(descriptor)
    }

    /// An absent file is no failure.
    static func remove(_ path: String) throws(StoreFailure) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("removing \(path)") }
    }

    /// Gives a file a second name; no failure if that exists already, or if there is no file.
    static func link(_ old: String, to new: String) throws(StoreFailure) {
        guard Glibc.link(old, new) == 0 || errno == EEXIST || errno == ENOENT else {
            throw failure("keeping \(old) as \(new)")
        }
    }

    static func copy(_ old: String, to new: String) throws(StoreFailure) {
        do {
            try remove(new)
            try FileManager.default.copyItem(atPath: old, toPath: new)
        } catch {
            throw StoreFailure.failed(operation: "copying \(old) to \(new)", detail: PlainError.text(of: error))
        }
        guard chmod(new, 0o600) == 0 else { throw failure("chmod of \(new)") }
    }

    /// Reads `errno`: call it before anything else sets it.
    static func failure(_ operation: String) -> StoreFailure {
        let reason = errno
        return .failed(operation: operation, detail: String(cString: strerror(reason)))
    }
}
