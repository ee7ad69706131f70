import Foundation
import Synchronization

/// Passes bytes on to a Git server over http, counts requests, and can run an action at a point of one request.
package final class GitProxy: Sendable {
    /// A point between a request and its answer.
    package enum Moment: Sendable {
        /// The request has arrived here; nothing of it has reached the server.
        case arrived
        /// The request has begun to arrive at the server.
        case requested
        /// The server has sent its whole answer: it has done the work, but no client knows.
        case answered
    }

    private struct Strike {
        /// Counted from 1, over all requests; `nil`: the next push.
        var request: Int?
        var moment: Moment
        var action: @Sendable () -> Void
    }

    private struct State {
        var isStopped = false
        var isOpen = true
        var upstream: Int?
        var strike: Strike?
        var pushes = 0
        var requests = 0
    }

    package let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    /// `upstream`: the server's port on the loopback interface; `nil`: it is set later, in ``upstream``.
    package init(to upstream: Int? = nil) throws {
        (listener, port) = try LoopbackPort.listen(backlog: 64)
        state.withLock { $0.upstream = upstream }
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// The server's port; `nil`: connections are closed as soon as they are made.
    package var upstream: Int? {
        get { state.withLock(\.upstream) }
        set { state.withLock { $0.upstream = newValue } }
    }

    /// If false, connections are closed as soon as they are made.
    package var isOpen: Bool {
        get { state.withLock(\.isOpen) }
        set { state.withLock { $0.isOpen = newValue } }
    }

    /// How many pushes have begun.
    package var pushes: Int { state.withLock(\.pushes) }

    /// How many requests have begun since the last call of ``countRequests()``.
    package var requests: Int { state.withLock(\.requests) }

    /// Counts requests from 0 again, and removes an action that has not run.
    package func countRequests() {
        state.withLock {
            $0.requests = 0
            $0.strike = nil
        }
    }

    /// Runs `action` once, at this moment of the next push, or of the request with that number; its answer is dropped.
    package func strike(at moment: Moment, ofRequest number: Int? = nil, _ action: @escaping @Sendable () -> Void) {
        state.withLock { $0.strike = Strike(request: number, moment: moment, action: action) }
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
                if isOpen, let upstream, let server = LoopbackPort.connect(to: upstream) {
                    pass(client, server)
                    close(server)
                }
                close(client)
            }
        }
        close(listener)
    }

    /// Passes bytes in both directions until one side ends.
    private func pass(_ client: Int32, _ server: Int32) {
        var strike: Strike?
        var held: [UInt8] = []
        while !isStopped, isOpen {
            var ends = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&ends, 2, 50) > 0 else { continue }
            if ends[0].revents != 0 {
                guard let bytes = Self.read(client) else { return }
                if let found = noteRequest(bytes) { strike = found }
                if strike?.moment == .arrived {
                    strike?.action()
                    return
                }
                guard Self.write(bytes, to: server) else { return }
                if strike?.moment == .requested {
                    strike?.action()
                    strike = nil
                }
            }
            if ends[1].revents != 0 {
                let bytes = Self.read(server)
                if let strike {
                    held += bytes ?? []
                    guard bytes == nil || Self.isWholeAnswer(held) else { continue }
                    strike.action()
                    return
                }
                guard let bytes, Self.write(bytes, to: client) else { return }
            }
        }
    }

    /// The action for the request that begins with these bytes; `nil`: there is none, or no request begins.
    ///
    /// A request begins at the start of the bytes that were read: a client waits for the answer before the next
    /// request.
    private func noteRequest(_ bytes: [UInt8]) -> Strike? {
        guard ["GET ", "POST ", "PUT "].contains(where: { bytes.starts(with: $0.utf8) }) else { return nil }
        let line = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
        let isPush = line.hasPrefix("POST ") && line.contains("/git-receive-pack ")
        return state.withLock { state in
            state.requests += 1
            if isPush { state.pushes += 1 }
            guard let strike = state.strike, strike.request.map({ $0 == state.requests }) ?? isPush else { return nil }
            state.strike = nil
            return strike
        }
    }

    /// Git begins its answer before it has done the work; only the end of the answer means that it is done.
    private static func isWholeAnswer(_ bytes: [UInt8]) -> Bool {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).lowercased()
        if head.contains("transfer-encoding: chunked") { return bytes.ends(with: "\r\n0\r\n\r\n".utf8) }
        let line = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let length = line.flatMap { Int($0.dropFirst("content-length:".count).drop { $0 == " " }) }
        return length.map { bytes.count - end.upperBound >= $0 } ?? false
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

extension [UInt8] {
    fileprivate func ends(with bytes: some Sequence<UInt8>) -> Bool { reversed().starts(with: bytes.reversed()) }
}
