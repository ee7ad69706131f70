import Csqlite
import Glibc
import Synchronization

/// Counts the transactions that reach the write-ahead log of the state, and kills this process at one of them.
///
/// SQLite lets a test replace the system calls of its file layer (`xSetSystemCall`). So the program is neither changed
/// nor linked in another way. The kernel keeps the writes of a killed process: a transaction counts as soon as the page
/// of its last frame is written. For the layout of the log see SQLite, fileformat2.html, section 4.
enum StateWrites {
    /// The moment of the kill, from `HOISTWAY_CRASH_AT`: `before:7` or `after:7`, counted from 1.
    private struct Point {
        var isAfter: Bool
        var number: Int

        init?(_ text: String) {
            let parts = text.split(separator: ":")
            guard parts.count == 2, parts[0] == "before" || parts[0] == "after", let number = Int(parts[1]) else {
                return nil
            }
            isAfter = parts[0] == "after"
            self.number = number
        }
    }

    private struct Log {
        var transactions = 0
        /// Frames of the present transaction are written, but not its last one.
        var isOpen = false
        /// The next page is that of a transaction's last frame.
        var endsTransaction = false
    }

    /// A frame's header has 24 bytes; the page follows in a write of its own.
    private static let frameHeader = 24
    private static let log = Mutex(Log())
    private static let point = text("HOISTWAY_CRASH_AT").flatMap(Point.init)
    /// A file that gets a byte for each transaction; `nil`: no count.
    private static let countFile = text("HOISTWAY_CRASH_COUNT")

    static func watch() {
        let call: @convention(c) (Int32, UnsafeRawPointer?, Int, off_t) -> Int = { file, bytes, count, offset in
            StateWrites.write(file, bytes, count, offset)
        }
        guard let files = sqlite3_vfs_find(nil), let set = files.pointee.xSetSystemCall else {
            fatalError("SQLite's file layer cannot be watched")
        }
        // Which of the two calls SQLite uses depends on its build; it refuses a name that it does not know.
        let replacement = unsafeBitCast(call, to: sqlite3_syscall_ptr.self)
        let results = [set(files, "pwrite", replacement), set(files, "pwrite64", replacement)]
        guard results.contains(SQLITE_OK) else { fatalError("SQLite writes in a way that cannot be watched") }
    }

    private static func write(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ offset: off_t) -> Int {
        guard let bytes, offset > 0, isLog(file) else { return pwrite(file, bytes, count, offset) }
        if count == frameHeader {
            log.withLock { log in
                if !log.isOpen {
                    log.isOpen = true
                    log.transactions += 1
                    dieIf(isAfter: false, log.transactions)
                }
                // The size of the database after the transaction, in pages; 0 in all frames but the last.
                log.endsTransaction = (4..<8).contains { bytes.load(fromByteOffset: $0, as: UInt8.self) != 0 }
            }
            return pwrite(file, bytes, count, offset)
        }
        let written = pwrite(file, bytes, count, offset)
        log.withLock { log in
            guard log.endsTransaction, written == count else { return }
            log.endsTransaction = false
            log.isOpen = false
            note()
            dieIf(isAfter: true, log.transactions)
        }
        return written
    }

    private static func dieIf(isAfter: Bool, _ number: Int) {
        guard let point, point.number == number, point.isAfter == isAfter else { return }
        kill(getpid(), SIGKILL)
    }

    private static func note() {
        guard let countFile else { return }
        let file = open(countFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        _ = Glibc.write(file, "+", 1)
        close(file)
    }

    private static func isLog(_ file: Int32) -> Bool {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/fd/\(file)", &path, path.count - 1)
        return count > 0
            && String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
                .hasSuffix("hoistway.db-wal")
    }

    private static func text(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
