import HoistwayPorts
import Synchronization

/// Opens conversations with processes and keeps those of v2 for some time.
final class ProcessConnector: GitConnector {
    private struct Waiting {
        var session: ProcessSession
        var number: Int
    }

    private struct State {
        var waiting: [Waiting] = []
        var next = 0
        var isClosed = false
        var statistics = TransportStatistics()
    }

    /// Number of processes kept for later.
    private static let maxWaiting = 4

    let url: String
    let idleTimeout: Duration
    let maxRefBytes: Int
    private let keepTime: Duration
    private let command: any ServiceCommand
    private let state = Mutex(State())
    /// Servers drop connections when too many clients log in at once (sshd's `MaxStartups` begins at ten).
    private let limit = ConnectionLimit(places: 4)

    init(_ command: any ServiceCommand, options: GitTransportOptions) {
        self.command = command
        url = command.displayURL
        idleTimeout = options.idleTimeout
        maxRefBytes = options.maxRefBytes
        keepTime = options.sessionIdleTime
    }

    deinit {
        for waiting in state.withLock(\.waiting) { waiting.session.kill() }
    }

    var statistics: TransportStatistics { state.withLock(\.statistics) }

    func count(_ change: (inout TransportStatistics) -> Void) {
        state.withLock { change(&$0.statistics) }
    }

    func open(_ purpose: SessionPurpose) async throws(GitFailure) -> any GitSession {
        // A push may need fetches for its pack: it must not occupy the place that they wait for.
        if purpose != .push { await limit.enter() }
        do throws(GitFailure) {
            return try take(purpose)
        } catch {
            if purpose != .push { await limit.leave() }
            throw error
        }
    }

    private func take(_ purpose: SessionPurpose) throws(GitFailure) -> ProcessSession {
        let kept = state.withLock { state -> ProcessSession? in
            // A process lists the refs of its start, at every request: git keeps them in memory.
            guard purpose == .fetch else { return nil }
            guard let index = state.waiting.lastIndex(where: { $0.session.serves(purpose) }) else { return nil }
            return state.waiting.remove(at: index).session
        }
        if let kept { return kept }
        let (arguments, environment) = try command.start(purpose.service)
        count { $0.roundTrips += 1 }
        do throws(GitFailure) {
            let child = try ChildProcess(arguments, environment: environment)
            return ProcessSession(child, purpose: purpose, connector: self)
        } catch {
            command.loggedIn()
            throw error
        }
    }

    func ended(_ session: ProcessSession, _ ending: SessionEnding) async {
        if session.purpose != .push { await limit.leave() }
        guard ending != .broken else {
            return session.kill()
        }
        guard session.serves(.fetch) else { return await session.finish() }
        let (number, surplus) = keep(session)
        for other in surplus { await other.finish() }
        if let number { expire(number) }
    }

    /// Keeps a session, and gives the surplus ones, with the session's number where it is kept.
    private func keep(_ session: ProcessSession) -> (number: Int?, surplus: [ProcessSession]) {
        state.withLock { state in
            guard !state.isClosed, state.waiting.count < Self.maxWaiting else { return (nil, [session]) }
            var surplus: [ProcessSession] = []
            if !session.serves(.refs) {
                // Of v0, whose refs become old, one session is enough: the youngest.
                surplus = state.waiting.map(\.session).filter { !$0.serves(.refs) }
                state.waiting.removeAll { !$0.session.serves(.refs) }
            }
            state.next += 1
            state.waiting.append(Waiting(session: session, number: state.next))
            return (state.next, surplus)
        }
    }

    func close() async {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for entry in waiting { await entry.session.finish() }
    }

    /// A process no longer needs the private key: call it once for each process.
    func loggedIn() { command.loggedIn() }

    /// The failure of a process that ended without an answer.
    func failure(of child: ChildProcess) async -> GitFailure {
        command.failure(await child.lastWords())
    }

    /// Ends a process that no session used in time; no caller waits for this task.
    private func expire(_ number: Int) {
        Task { [weak self, keepTime] in
            try? await Task.sleep(for: keepTime)
            guard let self else { return }
            let expired = state.withLock { state -> ProcessSession? in
                guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
                return state.waiting.remove(at: index).session
            }
            await expired?.finish()
        }
    }
}

/// Admits a limited number at once; the others wait in the order of their arrival.
private actor ConnectionLimit {
    private var places: Int
    private var queue: [CheckedContinuation<Void, Never>] = []

    init(places: Int) {
        self.places = places
    }

    func enter() async {
        guard places == 0 else {
            places -= 1
            return
        }
        await withCheckedContinuation { queue.append($0) }
    }

    func leave() {
        guard queue.isEmpty else { return queue.removeFirst().resume() }
        places += 1
    }
}
