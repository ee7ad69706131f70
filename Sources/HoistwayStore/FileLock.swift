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
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            if reason == EWOULDBLOCK { throw .inUse(path: path) }
            throw .failed(operation: "locking \(path).lock", detail: String(cString: strerror(reason)))
        }
        self.descriptor = Mutex(descriptor)
    }

    deinit { release() }

    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
