import Foundation
import Synchronization

/// A server that answers every connection with given bytes, for any request: for hostile, slow and silent servers.
package final class ScriptedServer: Sendable {
    package enum Step: Sendable {
        case send([UInt8])
        /// Sends the same bytes again and again until the client closes the connection, at most `times`.
        case flood([UInt8], times: Int)
        /// Sends the same bytes every tenth of a second until the client or the server ends the connection.
        case trickle([UInt8])
        /// Keeps the connection open silently until the client closes it or the server stops.
        case hang
        /// Closes the connection.
        case close
    }

    /// A received request: the head as text, and the announced body.
    package struct Received: Sendable {
        package var head: String
        package var body: [UInt8]

        /// The value of a header; `nil` where it is absent.
        package func header(_ name: String) -> String? {
            let mark = name.lowercased() + ":"
            let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(mark) }
            return line.map { String($0.dropFirst(mark.count).drop { $0 == " " }) }
        }
    }

    /// Time after which a connection that accepts no bytes counts as held up, in milliseconds.
    private static let patience: Int32 = 500

    package let port: Int
    private let listener: Int32
    private let steps: @Sendable (_ request: Received) -> [Step]
    private let state = Mutex(
        (isStopped: false, accepted: 0, hanging: Set<Int>(), received: [Received](), sent: 0, isHeldUp: false)
    )

    /// `steps` is called for each request, with its head as text.
    package convenience init(_ steps: @escaping @Sendable (_ request: String) -> [Step]) throws {
        try self.init(answering: { steps($0.head) })
    }

    /// A server that also reads the body: `steps` is called for each complete request.
    package static func answering(_ steps: @escaping @Sendable (_ request: Received) -> [Step]) throws -> ScriptedServer
    {
        try ScriptedServer(answering: steps)
    }

    private init(answering steps: @escaping @Sendable (_ request: Received) -> [Step]) throws {
        self.steps = steps
        (listener, port) = try LoopbackPort.listen(backlog: 16)
        Thread.detachNewThread { [self] in acceptAll() }
    }

    /// An http answer with a length.
    package static func http(_ status: String, type: String, _ body: [UInt8], headers: [String] = []) -> Step {
        let head =
            ["HTTP/1.1 \(status)", "Content-Type: \(type)", "Content-Length: \(body.count)"] + headers + ["", ""]
        return .send(Array(head.joined(separator: "\r\n").utf8) + body)
    }

    package var url: String { "http://127.0.0.1:\(port)/app.git" }
    package var accepted: Int { state.withLock(\.accepted) }
    /// The newest hanging connection, counted from 1; `nil` where there is none.
    package var hanging: Int? { state.withLock { $0.hanging.max() } }
    /// Bytes that clients and the buffers before them have taken.
    package var sent: Int { state.withLock(\.sent) }
    /// A client reads so slowly that it has taken nothing for half a second, and all buffers are full.
    package var isHeldUp: Bool { state.withLock(\.isHeldUp) }
    /// All complete requests, oldest first.
    package var received: [Received] { state.withLock(\.received) }

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
            guard let connection = LoopbackPort.accept(listener) else { break }
            let number = state.withLock { state in
                state.accepted += 1
                return state.accepted
            }
            Thread.detachNewThread { [self] in
                serve(connection, number)
                _ = state.withLock { $0.hanging.remove(number) }
                close(connection)
            }
        }
        close(listener)
    }

    private func serve(_ connection: Int32, _ number: Int) {
        while !isStopped, let request = readRequest(connection) {
            for step in steps(request) {
                switch step {
                case .send(let bytes):
                    guard write(bytes, to: connection) else { return }
                case .flood(let bytes, let times):
                    for _ in 0..<times where !isStopped {
                        guard write(bytes, to: connection) else { return }
                    }
                case .trickle(let bytes):
                    while !isStopped {
                        guard write(bytes, to: connection) else { return }
                        usleep(100_000)
                    }
                case .close:
                    return
                case .hang:
                    _ = state.withLock { $0.hanging.insert(number) }
                    var byte: UInt8 = 0
                    while !isStopped, wait(connection), recv(connection, &byte, 1, 0) > 0 {}
                    return
                }
            }
        }
    }

    /// Reads up to the empty line and then the announced body.
    private func readRequest(_ connection: Int32) -> Received? {
        var head: [UInt8] = []
        var byte: UInt8 = 0
        while !head.suffix(4).elementsEqual([13, 10, 13, 10]) {
            guard head.count < 64 << 10, wait(connection), recv(connection, &byte, 1, 0) == 1 else { return nil }
            head.append(byte)
        }
        let text = String(decoding: head, as: UTF8.self)
        let length = text.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        var left = length.flatMap { Int($0.dropFirst("content-length:".count).trimmingPrefix(" ")) } ?? 0
        var body: [UInt8] = []
        while left > 0 {
            guard recv(connection, &byte, 1, 0) == 1 else { return nil }
            body.append(byte)
            left -= 1
        }
        let received = Received(head: text, body: body)
        state.withLock { $0.received.append(received) }
        return received
    }

    /// Waits for bytes or the end; false once the server is stopped.
    private func wait(_ connection: Int32) -> Bool {
        while !isStopped {
            var entry = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, 50) > 0 { return true }
        }
        return false
    }

    private func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var offset = 0
        while offset < bytes.count {
            guard waitForRoom(on: connection) else { return false }
            let sent = bytes.withUnsafeBytes { buffer in
                send(
                    connection,
                    buffer.baseAddress?.advanced(by: offset),
                    bytes.count - offset,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                )
            }
            guard sent > 0 || sent < 0 && errno == EAGAIN else { return false }
            offset += max(sent, 0)
            state.withLock { $0.sent += max(sent, 0) }
        }
        return true
    }

    /// Waits until the connection takes bytes, or is broken; false once the server is stopped.
    private func waitForRoom(on connection: Int32) -> Bool {
        while !isStopped {
            var entry = pollfd(fd: connection, events: Int16(POLLOUT), revents: 0)
            let hasRoom = poll(&entry, 1, Self.patience) > 0
            state.withLock { $0.isHeldUp = !hasRoom }
            if hasRoom { return true }
        }
        return false
    }
}
