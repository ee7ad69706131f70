import AsyncHTTPClient
import FoundationEssentials
import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1
import Synchronization
import UnixSignals

/// Follows the server's event stream, and connects again where it ends.
///
/// No change is missed: after each new connection, the reader loads the data again.
struct EventFollower: Sendable {
    /// Why it has ended.
    enum Ending: Sendable {
        case done
        case timedOut
    }

    /// A server writes something every 15 s.
    private static let silence = TimeAmount.seconds(45)
    /// The first pause before a new connection; it doubles with each failure.
    private static let firstPause = Duration.milliseconds(250)
    private static let longestPause = Duration.seconds(5)
    /// Between two looks while the server has no room for another stream, or does not answer.
    private static let polling = Duration.seconds(2)

    let client: ConsoleClient
    /// Where it begins; `nil`: with what comes next.
    var after: String?
    /// Between two looks at least.
    var pace = Duration.milliseconds(100)
    var deadline: ContinuousClock.Instant?
    /// Ends the program at Ctrl-C, even while a look waits for the server; `nil`: the system does.
    var onInterrupt: (@Sendable () -> Never)?

    /// Looks at once, and again after each event that `isAbout` takes, until `look` returns false.
    @discardableResult
    func follow(
        isAbout: @escaping @Sendable (StreamedEvent) -> Bool,
        look: () async throws -> Bool
    ) async throws -> Ending {
        try await attend(isAbout: isAbout) { _ in try await look() }
    }

    /// Takes each event, in order; `isAbout` chooses them.
    ///
    /// - Parameter take: called with no event at the beginning; returns false to end.
    @discardableResult
    func attend(
        isAbout: @escaping @Sendable (StreamedEvent) -> Bool,
        take: ([StreamedEvent]) async throws -> Bool
    ) async throws -> Ending {
        let mailbox = Mailbox()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            if let onInterrupt {
                group.addTask {
                    for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { onInterrupt() }
                }
            }
            guard try await take([]) else { return .done }
            group.addTask {
                do {
                    try await stream { event in if isAbout(event) { mailbox.put(event) } }
                } catch {
                    mailbox.end(.failure(error))
                }
            }
            if let deadline {
                group.addTask {
                    // Cancelled as soon as the wait is over.
                    try? await Task.sleep(until: deadline)
                    mailbox.end(.success(.timedOut))
                }
            }
            for await _ in mailbox.signals {
                let (events, end) = mailbox.empty()
                if let end { return try end.get() }
                guard !events.isEmpty else { continue }
                do {
                    guard try await take(events) else { return .done }
                } catch let failure as CommandFailure where failure.isPassing {
                    // The server stops or does not answer: the next look comes when it is back.
                    try await Task.sleep(for: Self.polling)
                    mailbox.put(StreamedEvent(name: "reset"))
                }
                try await Task.sleep(for: pace)
            }
            throw CancellationError()
        }
    }

    /// Runs for ever; throws an error that another connection would meet again.
    private func stream(_ take: (StreamedEvent) -> Void) async throws {
        var last = after
        var pause = Self.firstPause
        while true {
            do {
                try await connection(after: &last) { event in
                    pause = Self.firstPause
                    take(event)
                }
            } catch let failure as CommandFailure {
                if failure.problem?.code == .tooManyStreams {
                    try await Task.sleep(for: Self.polling)
                    take(StreamedEvent(name: "reset"))
                    continue
                }
                guard failure.isPassing else { throw failure }
            } catch let error as CancellationError {
                throw error
            } catch {
                // The server does not answer: it may come back.
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func connection(after last: inout String?, _ take: (StreamedEvent) -> Void) async throws {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = Self.silence
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            try await read(http, after: &last, take)
            try await http.shutdown()
        } catch {
            // The first failure is the one to report.
            try? await http.shutdown()
            throw error
        }
    }

    private func read(_ http: HTTPClient, after last: inout String?, _ take: (StreamedEvent) -> Void) async throws {
        var request = client.request(OperationID.streamEvents.operation.path())
        if let last { request.headers.add(name: "Last-Event-ID", value: last) }
        let response = try await http.execute(request, deadline: .distantFuture)
        guard response.status == .ok else {
            let body = try await response.body.collect(upTo: 1 << 20)
            throw ConsoleClient.refusal(Int(response.status.code), Array(body.readableBytesView))
        }
        var lines = EventLines()
        for try await bytes in response.body {
            for event in try lines.take(bytes.readableBytesView) {
                if event.name == "bye", event.reason == EventStreams.End.ended.rawValue {
                    throw CommandFailure.answered(status: 401, message: "the token was deleted or changed", hint: nil)
                }
                take(event)
            }
            last = lines.lastID ?? last
        }
    }
}

/// Events that wait to be taken, and how it ends.
private final class Mailbox: Sendable {
    private struct State {
        var events: [StreamedEvent] = []
        var end: Result<EventFollower.Ending, any Error>?
    }

    /// More events become one reset: the reader then loads everything again.
    private static let most = 10_000

    private let state = Mutex(State())
    /// One for any number of events.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    init() {
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func put(_ event: StreamedEvent) {
        state.withLock { state in
            if state.events.count >= Self.most { state.events = [StreamedEvent(name: "reset")] }
            state.events.append(event)
        }
        signal.yield()
    }

    func end(_ end: Result<EventFollower.Ending, any Error>) {
        state.withLock { $0.end = $0.end ?? end }
        signal.yield()
    }

    func empty() -> ([StreamedEvent], Result<EventFollower.Ending, any Error>?) {
        state.withLock { state in
            defer { state.events = [] }
            return (state.events, state.end)
        }
    }
}
