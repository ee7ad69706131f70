import Foundation
import Synchronization

/// Passes bytes on to a Git server over http, and can strike while a push is under way.
package final class GitProxy: Sendable {
    /// A point between a push's request and its answer.
    package enum Moment: Sendable {
        /// The request has begun to arrive at the server.
        case requested
        /// The server has answered: it has done what was asked, and nobody has heard of it.
        case answered
    }

    private struct State {
        var isStopped = false
        var isOpen = true
        var strike: (moment: Moment, action: @Sendable () -> Void)?
        var pushes = 0
    }

    package let port: Int
    private let upstream: Int
    private let listener: Int32
    private let state = Mutex(State())

    /// `upstream`: the server's port on the loopback interface.
    package init(to upstream: Int) throws {
        self.upstream = upstream
        (listener, port) = try LoopbackPort.listen(backlog: 64)
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// Off: connections are closed as soon as they are made.
    package var isOpen: Bool {
        get { state.withLock(\.isOpen) }
        set { state.withLock { $0.isOpen = newValue } }
    }

    /// How many pushes have begun.
    package var pushes: Int { state.withLock(\.pushes) }

    /// Does `action` once, at this moment of the next push; the answer to that push goes nowhere.
    package func strike(at moment: Moment, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.strike = (moment, action) }
    }

    package func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
        }
    }

    private var isStopped: Bool { state.withLock(\.isStopped) }

    private func acceptAll() {
        while !isStopped {
            guard let client = LoopbackPort.accept(listener) else { break }
            Thread.detachNewThread { [self] in
                if isOpen, let server = LoopbackPort.connect(to: upstream) {
                    pass(client, server)
                    close(server)
                }
                close(client)
            }
        }
        close(listener)
    }

    /// Both directions until one side ends.
    private func pass(_ client: Int32, _ server: Int32) {
        var strike: (@Sendable () -> Void)?
        while !isStopped, isOpen {
            var ends = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ends, 2, 50) > 0 else { continue }
            if ends[0].revents != 0 {
                guard let bytes = Self.read(client), Self.write(bytes, to: server) else { return }
                if Self.beginsPush(bytes) {
                    let (moment, action) = notePush()
                    if moment == .requested { action?() } else { strike = action }
                }
            }
            if ends[1].revents != 0 {
                guard let bytes = Self.read(server) else { return }
                if let strike {
                    strike()
                    return
                }
                guard Self.write(bytes, to: client) else { return }
            }
        }
    }

    private func notePush() -> (Moment?, (@Sendable () -> Void)?) {
        state.withLock { state in
            state.pushes += 1
            defer { state.strike = nil }
            return (state.strike?.moment, state.strike?.action)
        }
    }

    /// A request comes at the start of what is read: a client waits for the answer before it asks again.
    private static func beginsPush(_ bytes: [UInt8]) -> Bool {
        guard bytes.starts(with: Array("POST ".utf8)) else { return false }
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        return line.contains("/git-receive-pack ")
    }

    private static func read(_ handle: Int32) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(handle, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes.prefix(count)) : nil
    }

    private static func write(_ bytes: [UInt8], to handle: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let sent = bytes.withUnsafeBytes { buffer in
                send(handle, buffer.baseAddress?.advanced(by: offset), bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            offset += sent
        }
        return true
    }
}
