import HoistwayModel
import HoistwayPorts
import Synchronization

/// A conversation with one process, `git upload-pack` or `git receive-pack`, here or behind ssh.
final class ProcessSession: GitSession {
    private struct State {
        var greeting: Greeting?
        var wasAsked = false
        var isLoggedIn = false
    }

    let purpose: SessionPurpose
    private let child: ChildProcess
    private let connector: ProcessConnector
    private let state = Mutex(State())

    init(_ child: ChildProcess, purpose: SessionPurpose, connector: ProcessConnector) {
        self.child = child
        self.purpose = purpose
        self.connector = connector
    }

    /// Whether it can serve `purpose` now: v2 serves command after command, v0 one fetch after its refs.
    func serves(_ purpose: SessionPurpose) -> Bool {
        guard purpose.service == self.purpose.service, purpose != .push else { return false }
        return state.withLock { state in
            guard let greeting = state.greeting else { return false }
            return greeting.version == .two || (purpose == .fetch && !state.wasAsked)
        }
    }

    func greeting() async throws(GitFailure) -> Greeting {
        if let known = state.withLock(\.greeting) { return known }
        let reader = reader(limit: connector.maxRefBytes)
        let greeting = try await Greeting.read(from: reader, url: connector.url)
        state.withLock { $0.greeting = greeting }
        endLogin()
        return greeting
    }

    func exchange(_ request: [[UInt8]], limit: Int, canRepeat: Bool) async throws(GitFailure) -> PacketReader {
        state.withLock { $0.wasAsked = true }
        connector.count { statistics in
            statistics.roundTrips += 1
            statistics.bytesSent += request.reduce(0) { $0 + $1.count }
        }
        guard await child.write(request, timeout: connector.idleTimeout) else {
            // A program that has given up may have sent the reason, as a packet or on its standard error.
            if let failure = await refusal() { throw failure }
            throw await connector.failure(of: child)
        }
        return reader(limit: limit)
    }

    func end(_ ending: SessionEnding) async {
        await connector.ended(self, ending)
    }

    /// Sends no more requests and lets the process end.
    func finish() async {
        let isIdle = state.withLock { !$0.wasAsked || $0.greeting?.version == .two }
        // A flush packet means that there is no request. A failed read here does not matter.
        if isIdle { _ = await child.write([Array("0000".utf8)], timeout: .seconds(1)) }
        _ = await child.finish(patience: .seconds(2))
    }

    func kill() {
        child.end()
        endLogin()
    }

    private func endLogin() {
        let isFirst = state.withLock { state in
            defer { state.isLoggedIn = true }
            return !state.isLoggedIn
        }
        if isFirst { connector.loggedIn() }
    }

    private func reader(limit: Int) -> PacketReader {
        PacketReader(
            ProcessBytes(child, connector: connector),
            url: connector.url,
            limit: limit,
            count: { [connector] count in connector.count { $0.bytesReceived += count } }
        )
    }

    private func refusal() async -> GitFailure? {
        let reader = reader(limit: WireLimits.errorBody)
        do throws(GitFailure) {
            _ = try await reader.line("its reason")
            return nil
        } catch {
            guard case .protocolViolation = error else { return error }
            return nil
        }
    }
}

/// The output of a process as an answer.
private final class ProcessBytes: ByteSource {
    private let child: ChildProcess
    private let connector: ProcessConnector
    private var isFirst = true

    init(_ child: ChildProcess, connector: ProcessConnector) {
        self.child = child
        self.connector = connector
    }

    func next() async throws(GitFailure) -> [UInt8]? {
        guard let bytes = await child.read(timeout: connector.idleTimeout) else {
            throw .timedOut(url: connector.url, seconds: Int(connector.idleTimeout.components.seconds))
        }
        defer { isFirst = false }
        if bytes.isEmpty {
            // An end before the first byte means that the process failed; a later end may be correct.
            guard isFirst else { return nil }
            throw await connector.failure(of: child)
        }
        return bytes
    }

    func drain() async {}
}
