import Glibc

/// The socket on which systemd takes a service's messages: `sd_notify(3)`.
///
/// Its protocol is one datagram a message and is meant to be written by programs themselves. The library libsystemd
/// would be another one to load at each start.
struct SystemdSocket: Sendable {
    private let path: [UInt8]

    /// - Parameter path: from `NOTIFY_SOCKET`: an absolute path, or a name in Linux's abstract namespace after an `@`.
    /// - Returns: `nil` for another kind of address, or one that is too long for a socket.
    init?(path: String) {
        var bytes = Array(path.utf8)
        guard let first = bytes.first, first == UInt8(ascii: "/") || first == UInt8(ascii: "@") else { return nil }
        guard bytes.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        if first == UInt8(ascii: "@") { bytes[0] = 0 }
        self.path = bytes
    }

    /// Sends lines such as `READY=1`.
    ///
    /// Never waits: a socket whose queue is full takes nothing.
    ///
    /// - Returns: whether systemd's socket took them.
    func send(_ lines: [String]) -> Bool {
        let handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        // An abstract name is as long as it is: a byte after it would belong to it.
        let isAbstract = path.first == 0
        let offset = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
        let length = socklen_t(offset + path.count + (isAbstract ? 0 : 1))
        let message = Array(lines.joined(separator: "\n").utf8)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(handle, message, message.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT), $0, length) == message.count
            }
        }
    }
}
