import Glibc

/// Processes of this machine, from `/proc`.
struct ProcessTable {
    struct Entry: Hashable {
        var pid: pid_t
        var parent: pid_t
        /// In ticks since the machine started: together with the id it always means the same process.
        var started: Int
        /// In bytes.
        var resident: Int
        /// It has ended and its parent has not waited for it.
        var isZombie: Bool
    }

    private var entries: [pid_t: Entry] = [:]

    /// The present table.
    init() {
        guard let folder = opendir("/proc") else { return }
        defer { closedir(folder) }
        while let item = readdir(folder) {
            let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let pid = pid_t(name), let entry = Self.read(pid) else { continue }
            entries[pid] = entry
        }
    }

    /// A process and all its descendants.
    func family(of pid: pid_t) -> [Entry] {
        let children = Dictionary(grouping: entries.values, by: \.parent)
        var found: [Entry] = entries[pid].map { [$0] } ?? []
        var next = 0
        while next < found.count {
            found += children[found[next].pid] ?? []
            next += 1
        }
        return found
    }

    /// Processes of this user that were started with this environment variable.
    func holders(of variable: String) -> [Entry] {
        entries.values.filter { entry in
            guard let bytes = Self.file("/proc/\(entry.pid)/environ") else { return false }
            return bytes.split(separator: 0).contains { $0.elementsEqual(variable.utf8) }
        }
    }

    static func isAlive(_ entry: Entry) -> Bool {
        guard let now = read(entry.pid) else { return false }
        return now.started == entry.started && !now.isZombie
    }

    private static func read(_ pid: pid_t) -> Entry? {
        guard let bytes = file("/proc/\(pid)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        // The program's name is in parentheses and may hold any character.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 21, let parent = pid_t(fields[1]), let started = Int(fields[19]),
            let pages = Int(fields[21])
        else { return nil }
        let isZombie = fields[0] == "Z" || fields[0] == "X"
        return Entry(
            pid: pid,
            parent: parent,
            started: started,
            resident: pages * Int(getpagesize()),
            isZombie: isZombie
        )
    }

    private static func file(_ path: String) -> [UInt8]? {
        let handle = open(path, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return nil }
        defer { close(handle) }
        var result: [UInt8] = []
        while result.count < 1 << 20 {
            let piece = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                count = max(0, Glibc.read(handle, buffer.baseAddress, buffer.count))
            }
            guard !piece.isEmpty else { break }
            result += piece
        }
        return result
    }
}
