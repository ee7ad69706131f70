import Glibc

/// Memory of this process that is in the machine's RAM, in bytes, as the kernel counts it.
struct ResidentMemory: Equatable {
    /// Memory of this process alone: a memory limit counts it.
    var own: Int
    /// Pages of files, above all of the program's own code: the kernel drops them where it needs room.
    var files: Int

    /// `nil` where there is no `/proc`.
    static func now() -> ResidentMemory? {
        let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // The kernel gives some 1500 bytes, all at once.
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = read(file, &bytes, bytes.count)
        guard count > 0 else { return nil }
        return ResidentMemory(status: String(decoding: bytes[..<count], as: UTF8.self))
    }

    /// - Parameter status: `/proc/PID/status`: `man 5 proc_pid_status`.
    init?(status: String) {
        func bytes(_ name: String) -> Int? {
            let line = status.split(separator: "\n").first { $0.hasPrefix("\(name):") }
            let words = line?.split { $0 == " " || $0 == "\t" } ?? []
            guard words.count == 3, words[2] == "kB" else { return nil }
            return Int(words[1]).map { $0 * 1024 }
        }
        guard let own = bytes("RssAnon"), let files = bytes("RssFile") else { return nil }
        self.own = own
        self.files = files
    }
}
