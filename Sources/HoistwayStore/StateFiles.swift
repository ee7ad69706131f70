import Glibc
import HoistwayPorts
import Logging
import Synchronization

/// The files of an open state, identified by device and inode.
///
/// SQLite keeps writing to files that were removed, moved or replaced: all of that is lost when the process ends. So
/// nothing counts as stored unless every name still leads to the opened file. The same file moved back to its name is
/// accepted. Only `stat` is used: closing a descriptor of the database would drop SQLite's locks.
final class StateFiles: Sendable {
    private struct Identity: Equatable {
        var device: UInt64
        var inode: UInt64
    }

    private enum Finding {
        case file(Identity)
        case absent(reason: Int32)
    }

    /// The lock is included: without it a second server would open the same state.
    private static let suffixes = ["", "-wal", "-shm", ".lock"]

    private let opened: [(path: String, identity: Identity)]
    private let logger: Logger
    private let isLost = Mutex(false)

    /// Create it when the database is open and its log exists.
    init(of path: String, logger: Logger) throws(StoreFailure) {
        var opened: [(path: String, identity: Identity)] = []
        for suffix in Self.suffixes {
            guard case .file(let identity) = Self.find(path + suffix) else {
                throw Disk.failure("looking at \(path + suffix)")
            }
            opened.append((path + suffix, identity))
        }
        self.opened = opened
        self.logger = logger
    }

    /// Throws if a name no longer leads to the opened file; this is logged once.
    ///
    /// It takes four system calls of a microsecond each.
    func check() throws(StoreFailure) {
        guard let failure = opened.lazy.compactMap({ Self.judge(Self.find($0.path), $0) }).first else {
            if isLost.withLock({ $0.exchanging(false) }) {
                logger.notice("the state's files are back; deliveries are taken again")
            }
            return
        }
        if !isLost.withLock({ $0.exchanging(true) }) {
            logger.error(
                "the state's files are gone; nothing is stored, deliveries are refused with 503",
                metadata: ["error": "\(failure.message)", "hint": "\(failure.hint ?? "")"]
            )
        }
        throw failure
    }

    private static func judge(_ found: Finding, _ opened: (path: String, identity: Identity)) -> StoreFailure? {
        switch found {
        case .file(opened.identity): nil
        case .file: .moved(path: opened.path, detail: "another file has its name")
        case .absent(ENOENT), .absent(ENOTDIR): .moved(path: opened.path, detail: "it was removed or renamed")
        case .absent(let reason): .moved(path: opened.path, detail: String(cString: strerror(reason)))
        }
    }

    private static func find(_ path: String) -> Finding {
        var status = stat()
        guard stat(path, &status) == 0 else { return .absent(reason: errno) }
        return .file(Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)))
    }
}

extension Bool {
    /// Sets a new value and returns the old one.
    fileprivate mutating func exchanging(_ new: Bool) -> Bool {
        defer { self = new }
        return self
    }
}
