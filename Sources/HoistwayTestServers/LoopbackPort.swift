import Foundation
import Synchronization

/// Ports on the loopback interface.
package enum LoopbackPort {
    /// Below the range of ports for outgoing connections: between the choice and the use, any process may take one of
    /// those.
    private static let range = 12_000..<32_000
    private static let given = Mutex<Set<Int>>([])

    /// A port without a listener, which this process gives only once.
    package static func free() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: range)
            guard given.withLock({ $0.insert(port).inserted }), canBind(port) else { continue }
            return port
        }
        throw TestServerError.failed("finding a free port", detail: "two hundred were taken")
    }

    private static func canBind(_ port: Int) -> Bool {
        let handle = makeSocket()
        defer { close(handle) }
        return withLoopback(port) { bind(handle, $0, $1) == 0 }
    }

    package static func isOpen(_ port: Int) -> Bool {
        guard let handle = connect(to: port) else { return false }
        close(handle)
        return true
    }

    /// Waits until there is a listener.
    ///
    /// False where `process` ended before.
    package static func wait(for port: Int, of process: ServerProcess) async throws -> Bool {
        try await eventually("somebody to listen on port \(port)") { !process.isRunning || isOpen(port) }
        return process.isRunning
    }

    // MARK: Sockets

    /// A listener on a free port, with a queue for `backlog` connections; the caller closes it.
    package static func listen(backlog: Int32) throws -> (handle: Int32, port: Int) {
        let handle = makeSocket()
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening =
            withLoopback(0) { bind(handle, $0, $1) == 0 } && Foundation.listen(handle, backlog) == 0
            && withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(handle, $0, &length) == 0 }
            }
        guard isListening else {
            let reason = String(cString: strerror(errno))
            close(handle)
            throw TestServerError.failed("listening on a loopback port", detail: reason)
        }
        return (handle, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// The next connection; `nil` after the listener was closed.
    static func accept(_ listener: Int32) -> Int32? {
        var handle: Int32
        repeat {
            handle = Foundation.accept(listener, nil, nil)
        } while handle < 0 && [EINTR, ECONNABORTED].contains(errno)
        return handle < 0 ? nil : handle
    }

    /// `nil` where there is no listener.
    ///
    /// - Parameter source: the source address in the loopback network; `nil` for the usual one.
    static func connect(to port: Int, from source: String? = nil) -> Int32? {
        let handle = makeSocket()
        if let source {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            inet_pton(AF_INET, source, &address.sin_addr)
            let isBound = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isBound else {
                close(handle)
                return nil
            }
        }
        guard withLoopback(port, { Foundation.connect(handle, $0, $1) == 0 }) else {
            close(handle)
            return nil
        }
        return handle
    }

    private static func makeSocket() -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func withLoopback<Result>(
        _ port: Int,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
