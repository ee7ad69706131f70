import Glibc
import HoistwayPorts
import Synchronization

/// An exclusive lock on a file, held as long as this object exists.
///
/// The kernel drops `flock` when the process ends, in whatever way, so that no stale lock can be left. The file itself
/// stays: removing it would let two processes lock two different files of the same name.
///
/// Its first line is the holder's process id. Its second line, `open`, is there while the database's log (`-wal`) must
/// have content: from its first content until a fold-in begins. So the line without a log shows that a log was lost.
final class FileLock: Sendable {
    /// -1 once released.
    private let descriptor: Mutex<Int32>

    private static let openMark = "open"

    init(guarding path: String) throws(StoreFailure) {
        let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .failed(operation: "opening \(path).lock", detail: String(cString: strerror(errno)))
        }
        guard Self.take(descriptor) else {
            let reason = errno
            close(descriptor)
            if reason == EWOULDBLOCK { throw .inUse(path: path) }
            throw .failed(operation: "locking \(path).lock", detail: String(cString: strerror(reason)))
        }
        // The log of a former holder was not checked yet.
        let isMarked = Self.lines(descriptor).dropFirst().first == Self.openMark
        guard Self.write(isMarked: isMarked, to: descriptor) else {
            let failure = Disk.failure("writing \(path).lock")
            close(descriptor)
            throw failure
        }
        self.descriptor = Mutex(descriptor)
    }

    /// `false` once it was released.
    var isHeld: Bool { descriptor.withLock { $0 >= 0 } }

    /// The mark is on the disk when this returns.
    func mark(isOpen: Bool) throws(StoreFailure) {
        let isDone = descriptor.withLock { descriptor in
            descriptor < 0 || (Self.write(isMarked: isOpen, to: descriptor) && fsync(descriptor) == 0)
        }
        guard isDone else { throw Disk.failure("writing the lock's file") }
    }

    /// The process id is for people who ask for the holder: `holder` uses it only while the lock is held.
    private static func write(isMarked: Bool, to descriptor: Int32) -> Bool {
        let bytes = Array("\(getpid())\n\(isMarked ? openMark + "\n" : "")".utf8)
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else { return false }
        return ftruncate(descriptor, off_t(bytes.count)) == 0
    }

    private static func lines(_ descriptor: Int32) -> [String] {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = max(pread(descriptor, &bytes, bytes.count, 0), 0)
        return bytes[..<count].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether the last process did not close the state in order; `false` also if this cannot be known.
    ///
    /// Also true for a running process: ask for the holder first.
    static func wasLeftOpen(_ path: String) -> Bool {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return lines(descriptor).dropFirst().first == openMark
    }

    /// Tries for a fifth of a second: a process that asks for the holder has the lock for a moment.
    private static func take(_ descriptor: Int32) -> Bool {
        for _ in 0..<20 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK else { return false }
            usleep(10_000)
        }
        errno = EWOULDBLOCK
        return false
    }

    /// The process that holds the lock, 0 if it has not written its id; `nil` if there is no holder.
    static func holder(of path: String) -> Int32? {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return Int32(lines(descriptor).first ?? "") ?? 0
    }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
