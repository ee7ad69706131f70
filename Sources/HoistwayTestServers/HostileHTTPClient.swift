import Foundation

/// A hostile client: it sends the bytes of a script to an HTTP listener and reports the result.
///
/// It has an address of its own on the loopback interface, so that limits for one address apply to it alone. Each
/// script ends: by the listener, by its own end, or after `Patience.limit`, which means a defect.
package struct HostileHTTPClient: Sendable {
    /// The steps of one connection, in order; the listener's bytes are read at the same time.
    package enum Step: Sendable {
        case send([UInt8])
        /// Sends the same bytes until the listener accepts no more, at most `times`.
        case flood([UInt8], times: Int)
        /// Sends the same bytes every 50 ms until the listener closes the connection.
        case trickle([UInt8])
        /// Reads nothing from now on.
        case deafen
        /// Closes the side that sends.
        case halfClose
        /// Ends the connection by a reset.
        case reset
        /// Waits until the listener closes the connection.
        case wait
    }

    /// The result of one behaviour.
    package struct Report: Sendable {
        /// The statuses of all answers, in order; interim ones too.
        package var statuses: [String] = []
        /// Bytes that the listener's side accepted.
        package var sent = 0
        /// Whether the listener closed every connection that the script had not closed itself.
        package var isEnded = true
        package var took: Duration = .zero
    }

    /// Its source address.
    package static let address = "127.0.0.66"
    /// Limit of the listener's bytes that are kept.
    private static let keptBytes = 4 << 20

    private let port: Int

    package init(port: Int) {
        self.port = port
    }

    /// Runs a behaviour's script on all its connections at the same time.
    package func run(_ behaviour: HostileHTTPBehaviour, path: String) async throws -> Report {
        let steps = behaviour.steps(path: path)
        let started = ContinuousClock.now
        var report = try await withThrowingTaskGroup(of: Report.self) { group in
            for _ in 0..<behaviour.connections {
                group.addTask { try await Self.onThread { try play(steps) } }
            }
            return try await group.reduce(into: Report()) { all, one in
                all.statuses += one.statuses
                all.sent += one.sent
                all.isEnded = all.isEnded && one.isEnded
            }
        }
        report.took = ContinuousClock.now - started
        return report
    }

    /// Sockets block: each connection has a thread of its own.
    private static func onThread(_ body: @escaping @Sendable () throws -> Report) async throws -> Report {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread { continuation.resume(with: Result { try body() }) }
            thread.stackSize = 256 << 10
            thread.start()
        }
    }

    private func play(_ steps: [Step]) throws -> Report {
        // A listener without free connections may refuse the connection itself.
        guard let handle = LoopbackPort.connect(to: port, from: Self.address) else { return Report() }
        var connection = HostileConnection(handle: handle, keeping: Self.keptBytes)
        defer { close(handle) }
        let end = ContinuousClock.now + Patience.limit
        var report = Report()
        for step in steps where !connection.isEnded {
            switch step {
            case .send(let bytes): connection.send(bytes, until: end)
            case .flood(let bytes, let times):
                var left = times
                while left > 0, !connection.isEnded, ContinuousClock.now < end {
                    connection.send(bytes, until: end)
                    left -= 1
                }
            case .trickle(let bytes):
                while !connection.isEnded, ContinuousClock.now < end {
                    connection.send(bytes, until: end)
                    connection.read(forMilliseconds: 50)
                }
            case .deafen: connection.isDeaf = true
            case .halfClose: shutdown(handle, Int32(SHUT_WR))
            case .reset:
                var linger = Foundation.linger(l_onoff: 1, l_linger: 0)
                setsockopt(handle, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
                report.sent = connection.sent
                return report
            case .wait:
                while !connection.isEnded, ContinuousClock.now < end { connection.read(forMilliseconds: 200) }
            }
        }
        while !connection.isEnded, ContinuousClock.now < end { connection.read(forMilliseconds: 200) }
        report.isEnded = connection.isEnded
        report.sent = connection.sent
        report.statuses = connection.statuses
        return report
    }
}

/// One connection of a hostile client, which reads and sends in turn.
struct HostileConnection {
    /// `POLLRDHUP` of Linux, also reported before all bytes are read; the header shows it to GNU programs only.
    private static let peerClosed: Int16 = 0x2000

    private let handle: Int32
    private let keptBytes: Int
    private var received: [UInt8] = []
    private(set) var sent = 0
    /// Whether the listener has closed it.
    private(set) var isEnded = false
    var isDeaf = false

    init(handle: Int32, keeping keptBytes: Int) {
        self.handle = handle
        self.keptBytes = keptBytes
    }

    mutating func send(_ bytes: [UInt8], until end: ContinuousClock.Instant) {
        var offset = 0
        while offset < bytes.count, !isEnded, ContinuousClock.now < end {
            let events = wait(Int16(POLLOUT) | (isDeaf ? 0 : Int16(POLLIN)), milliseconds: 200)
            if events & Int16(POLLIN) != 0 { take() }
            if events & Int16(POLLERR) != 0 { isEnded = true }
            guard events & Int16(POLLOUT) != 0, !isEnded else { continue }
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.send(
                    handle,
                    buffer.baseAddress?.advanced(by: offset),
                    bytes.count - offset,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                )
            }
            if count > 0 {
                offset += count
                sent += count
            } else if errno != EAGAIN && errno != EINTR {
                // Bytes that it sent before it closed must still be read.
                while !isEnded, !isDeaf { take() }
                isEnded = true
            }
        }
    }

    mutating func read(forMilliseconds milliseconds: Int32) {
        let events = wait(isDeaf ? Self.peerClosed : Int16(POLLIN), milliseconds: milliseconds)
        if isDeaf {
            if events & (Self.peerClosed | Int16(POLLHUP) | Int16(POLLERR)) != 0 { isEnded = true }
        } else if events != 0 {
            take()
        }
    }

    private func wait(_ events: Int16, milliseconds: Int32) -> Int16 {
        var entry = pollfd(fd: handle, events: events, revents: 0)
        return poll(&entry, 1, milliseconds) > 0 ? entry.revents : 0
    }

    private mutating func take() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(handle, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count > 0 {
            received += buffer.prefix(min(count, keptBytes - received.count))
        } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
            isEnded = true
        }
    }

    /// The numbers after each `HTTP/1.1 ` that begins a line.
    var statuses: [String] {
        String(decoding: received, as: UTF8.self).split(separator: "HTTP/1.1 ").map { String($0.prefix(3)) }
    }
}
