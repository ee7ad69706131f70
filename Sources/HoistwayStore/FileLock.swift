import Glibc
import HoistwayPorts
import Synchronization

/// An exclusive lock on a file, held as long as this lives.
///
/// `flock` is dropped by the kernel when the process ends, however it ends, so that no stale lock can be left.
/// The file itself stays: removing it would let two processes lock two different files of the same name.
///
/// Its first line is the holder's number. Its second, `open`, stands there from the moment at which the database's log
/// (`-wal`) has content until the log is about to be folded in: so whoever finds the line, and no log, knows that a log
/// was lost.
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
        // Nothing has been decided about the log of a former holder yet.
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

    /// On the disk when it returns.
    func mark(isOpen: Bool) throws(StoreFailure) {
        let isDone = descriptor.withLock { descriptor in
            descriptor < 0 || (Self.write(isMarked: isOpen, to: descriptor) && fsync(descriptor) == 0)
        }
        guard isDone else { throw Disk.failure("writing the lock's file") }
    }

    /// The number is for people who ask who holds it: `holder` believes it only while the lock is held.
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

    /// Whether the last one who had the state open did not close it in order; `false` also where nobody can know.
    ///
    /// Tells of a running one too: ask for the holder first.
    static func wasLeftOpen(_ path: String) -> Bool {
        let descriptor = open(path + ".lock", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return lines(descriptor).dropFirst().first == openMark
    }

    /// Tries for a fifth of a second: somebody who asks for the holder has the lock for a moment.
    private static func take(_ descriptor: Int32) -> Bool {
        for _ in 0..<20 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK else { return false }
            usleep(10_000)
        }
        errno = EWOULDBLOCK
        return false
    }

    /// The process that holds the lock, 0 where it has not told its number; `nil` where nobody holds it.
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
