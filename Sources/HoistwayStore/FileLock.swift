import Foundation
import HoistwayPorts
import Synchronization

/// An exclusive lock on a file, held as long as this lives.
///
/// `flock` is dropped by the kernel when the process ends, however it ends, so that no stale lock can be left.
/// The file itself stays: removing it would let two processes lock two different files of the same name.
final class FileLock: Sendable {
    /// -1 once released.
    private let descriptor: Mutex<Int32>

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
        // For people who ask who holds it: `holder` believes it only while the lock is held.
        let number = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, number, number.count, 0) == number.count else {
            let failure = Disk.failure("writing \(path).lock")
            close(descriptor)
            throw failure
        }
        self.descriptor = Mutex(descriptor)
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
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = max(pread(descriptor, &bytes, bytes.count, 0), 0)
        let text = String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return Int32(text) ?? 0
    }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
