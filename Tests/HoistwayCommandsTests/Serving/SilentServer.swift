import Foundation
import HoistwayTestServers

/// Takes connections, and never says a word.
final class SilentServer: Sendable {
    let port: Int
    private let handle: Int32

    init() throws {
        port = try LoopbackPort.free()
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
                bind(handle, plain, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        // The system takes connections for it that nobody ever accepts.
        guard isBound, listen(handle, 64) == 0 else {
            throw TestServerError.failed("listening", detail: String(cString: strerror(errno)))
        }
    }

    deinit {
        close(handle)
    }
}
