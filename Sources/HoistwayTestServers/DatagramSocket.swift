import Foundation

/// A datagram socket as systemd uses for its services: in the file system or the abstract namespace.
package final class DatagramSocket: Sendable {
    /// The value for `NOTIFY_SOCKET`.
    package let address: String
    private let handle: Int32

    /// - Parameter address: a path, or an abstract name after an `@`.
    package init(at address: String) throws {
        self.address = address
        handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(address.utf8)
        let isAbstract = bytes.first == UInt8(ascii: "@")
        if isAbstract { bytes[0] = 0 }
        guard bytes.count < MemoryLayout.size(ofValue: name.sun_path) else {
            close(handle)
            throw TestServerError.failed("binding \(address)", detail: "the name is too long")
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: bytes) }
        let offset = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: name.sun_path)
        let length = socklen_t(offset + bytes.count + (isAbstract ? 0 : 1))
        let isBound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(handle, $0, length) == 0 }
        }
        guard isBound else {
            let reason = String(cString: strerror(errno))
            close(handle)
            throw TestServerError.failed("binding \(address)", detail: reason)
        }
    }

    deinit { close(handle) }

    /// The messages so far, without waiting.
    package func received() -> [String] {
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(handle, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            guard count >= 0 else { return messages }
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
    }
}
