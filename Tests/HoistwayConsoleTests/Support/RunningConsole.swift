import AsyncHTTPClient
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

@testable import HoistwayConsole

/// A console on a free port of loopback, with one token for each role and each project, and a client for it.
struct RunningConsole {
    let port: Int
    let pipelines: FakePipelines
    let store: FakeStore
    let feed: ChangeFeed
    let keys: InMemoryRequestBook
    let streams: EventStreams

    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var body: String
    }

    /// Tokens are named for what they may do: `admin`, `promote`, `read`, and `admin-a`, `promote-a`, `read-b` for one project.
    static let tokens: [TokenRecord] = TokenRole.allCases.flatMap { role in
        [nil, "a", "b"].map { project in
            let name = role.rawValue + (project.map { "-\($0)" } ?? "")
            return TokenRecord(
                name: name,
                hash: SHA256.hash("token-of-\(name)"),
                role: role,
                project: project,
                createdAt: Timestamp(seconds: 0)
            )
        }
    }

    /// The shared client opens eight connections to one host at most: eight event streams would hold up all others.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Runs `body` against a console that is listening; stops it gracefully.
    static func with(
        pages: (any ConsolePages)? = nil,
        pace: EventStreams.Pace = EventStreams.Pace(),
        publicURL: String? = nil,
        _ body: @escaping @Sendable (RunningConsole) async throws -> Void
    ) async throws {
        let pipelines = FakePipelines()
        let store = FakeStore(tokens: tokens)
        let feed = ChangeFeed(epoch: 1)
        let keys = InMemoryRequestBook()
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        var configuration = ConsoleConfiguration(
            host: "127.0.0.1",
            port: 0,
            names: ["hoistway.example.com"],
            projectsOfReceiver: { ["hook-a": ["a"], "hook-b": ["b"], "hook-both": ["a", "b"]][$0] ?? [] },
            refusals: { receiver in
                ["hook-a", "hook-b", "hook-both"].filter { receiver == nil || $0 == receiver }.map(Self.refusal)
            }
        )
        configuration.pace = pace
        configuration.publicURL = publicURL
        let server = ConsoleServer(
            configuration: configuration,
            pipelines: pipelines,
            store: store,
            clock: StillClock(),
            feed: feed,
            keys: keys,
            pages: pages,
            logger: logger,
            onListening: { listening.yield($0) }
        )
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports.prefix(1) {
                try await body(
                    RunningConsole(
                        port: port,
                        pipelines: pipelines,
                        store: store,
                        feed: feed,
                        keys: keys,
                        streams: server.streams
                    )
                )
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private static func refusal(of receiver: String) -> RefusalView {
        RefusalView(
            at: Timestamp(seconds: 1_795_257_660),
            receiver: receiver,
            scheme: "github",
            code: "mismatch",
            peer: "203.0.113.9",
            bytes: 8066
        )
    }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        as token: String?,
        body: String? = nil,
        host: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/api/v1/\(path)")
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer token-of-\(token)") }
        if let host { request.headers.add(name: "Host", value: host) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.client.execute(request, timeout: .seconds(10))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: response.headers,
            body: String(buffer: bytes)
        )
    }

    func get(_ path: String, as token: String?) async throws -> Answer {
        try await send(.GET, path, as: token)
    }

    func post(_ path: String, _ body: String, as token: String?) async throws -> Answer {
        try await send(.POST, path, as: token, body: body)
    }
}

extension Logger {
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// A clock that tests set.
final class HeldClock: WallClock {
    private let time = Mutex(Timestamp(seconds: 1_795_257_660))

    func now() -> Timestamp { time.withLock(\.self) }
    func pass(_ seconds: Int64) { time.withLock { $0 = $0 + .seconds(seconds) } }
    func sleep(for duration: Duration) async throws {}
}

struct StillClock: WallClock {
    func now() -> Timestamp { Timestamp(seconds: 1_795_257_660) }
    func sleep(for duration: Duration) async throws {}
}
