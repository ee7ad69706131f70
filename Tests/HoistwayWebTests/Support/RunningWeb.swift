import AsyncHTTPClient
import FoundationEssentials
import HoistwayConsole
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayStore
import HoistwayTestServers
import HoistwayWeb
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// A console with its pages on a free port of loopback, over a real store, and a browser's bare bones for it.
///
/// Tokens are named for what they may do: `admin`, `promote`, `read`, and `read-guestbook` for one project; their texts
/// are `token-of-NAME`.
struct RunningWeb: Sendable {
    let port: Int
    let pipelines: ScenePipelines
    let store: any StateStore & SessionStore
    let feed: ChangeFeed
    let clock: SetClock
    let sessions: Sessions
    let streams: EventStreams
    /// How many streams of changes browsers have opened so far.
    let openedStreams: StreamCount

    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: String

        /// Values of cookies that are set, by name; an empty one is removed.
        var cookies: [String: String] {
            var found: [String: String] = [:]
            for line in headers["Set-Cookie"] {
                let pair = line.prefix { $0 != ";" }.split(
                    separator: "=",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                if pair.count == 2 { found[String(pair[0])] = String(pair[1]) }
            }
            return found
        }

        /// The value of the first hidden field of this name.
        func field(_ name: String) -> String? {
            guard let start = body.firstRange(of: "name=\"\(name)\" value=\"") else { return nil }
            return String(body[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    /// Runs `body` against a console that is listening; stops it in order.
    ///
    /// - Parameter state: where the state lies, which another console may have left there; `nil`: in a folder of its own.
    static func with(
        _ scene: Scene = .filled(),
        publicURL: String? = nil,
        names: [String] = ["hoistway.example.com"],
        version: String = "1.2.3",
        port: Int = 0,
        state: TemporaryFolder? = nil,
        _ body: @escaping @Sendable (RunningWeb) async throws -> Void
    ) async throws {
        let folder = try state ?? TemporaryFolder()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = try SQLiteStore.open(StoreSettings(path: "\(folder.path)/state.db"), logger: logger)
        defer { store.close() }
        let clock = SetClock(Scene.now)
        for token in tokens { try await store.put(token) }
        let pipelines = ScenePipelines(scene)
        let feed = ChangeFeed()
        let sessions = Sessions(sessions: store, store: store, clock: clock)
        let projects: @Sendable (String) -> Set<String> = {
            ["hook-guestbook": ["guestbook"]][$0] ?? ["checkout", "guestbook"]
        }
        let pages = WebPages(
            configuration: WebConfiguration(
                publicURL: publicURL,
                version: version,
                projectsOfReceiver: projects,
                refusals: { _ in [refusal] },
                manifests: { scene.manifests },
                clientAddress: { peer, forwarded in forwarded.last ?? peer?.ipAddress ?? "unknown" }
            ),
            sessions: sessions,
            store: store,
            clock: clock
        )
        let openedStreams = StreamCount()
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let server = ConsoleServer(
            configuration: ConsoleConfiguration(
                host: "127.0.0.1",
                port: port,
                names: names + [publicURL].compactMap(\.self),
                projectsOfReceiver: projects,
                version: version,
                publicURL: publicURL
            ),
            pipelines: pipelines,
            store: store,
            clock: clock,
            feed: feed,
            keys: store,
            pages: CountedPages(pages: pages, streams: openedStreams),
            logger: logger,
            onListening: { listening.yield($0) }
        )
        let group = ServiceGroup(services: [server], logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            for await port in ports.prefix(1) {
                try await body(
                    RunningWeb(
                        port: port,
                        pipelines: pipelines,
                        store: store,
                        feed: feed,
                        clock: clock,
                        sessions: sessions,
                        streams: server.streams,
                        openedStreams: openedStreams
                    )
                )
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    static let tokens: [TokenRecord] =
        TokenRole.allCases.map { token($0.rawValue, $0) } + [
            token("promote-guestbook", .promote, project: "guestbook"),
            token("admin-guestbook", .admin, project: "guestbook"),
        ]

    static func token(_ name: String, _ role: TokenRole, project: String? = nil) -> TokenRecord {
        TokenRecord(
            name: name,
            hash: SHA256.hash("token-of-\(name)"),
            role: role,
            project: project,
            createdAt: Timestamp(seconds: 0)
        )
    }

    static let refusal = RefusalView(
        at: Scene.now + .seconds(-20),
        receiver: "hook-guestbook",
        scheme: "github",
        code: "mismatch",
        peer: "203.0.113.9",
        bytes: 8066
    )

    // MARK: A browser's bare bones

    var origin: String { "http://127.0.0.1:\(port)" }
    var sessionCookie: String { "hoistway-\(port)" }
    var signInCookie: String { "hoistway-sign-in-\(port)" }

    func send(
        _ method: HTTPMethod,
        _ path: String,
        cookies: [String: String] = [:],
        headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: "\(origin)\(path)")
        request.method = method
        if !cookies.isEmpty {
            let line = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
            request.headers.add(name: "Cookie", value: line)
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            if !request.headers.contains(name: "Content-Type") {
                request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
            }
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 8 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, body: String(buffer: bytes))
    }

    /// Reads a body that comes bit by bit to its end; `act` runs when its first part is here.
    func stream(
        _ path: String,
        cookies: [String: String],
        whenBegun act: () async throws -> Void
    ) async throws -> String {
        var request = HTTPClientRequest(url: "\(origin)\(path)")
        request.headers.add(name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        var text = ""
        for try await part in response.body {
            let isFirst = text.isEmpty
            text += String(buffer: part)
            if isFirst { try await act() }
        }
        return text
    }

    /// Never follows a redirect: tests look at them.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        // Eight event streams would hold up everything else.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    static let own = [("Sec-Fetch-Site", "same-origin"), ("Origin", "null")]

    /// A browser that has signed in.
    struct Tab: Sendable {
        let web: RunningWeb
        var cookies: [String: String]

        func get(_ path: String) async throws -> Answer { try await web.send(.GET, path, cookies: cookies) }

        /// The code for forms of this session.
        func formToken() async throws -> String { try await get("/").field("csrf") ?? "" }

        func post(
            _ path: String,
            _ fields: [(String, String)] = [],
            headers: [(String, String)] = RunningWeb.own,
            csrf: String? = nil
        ) async throws -> Answer {
            let code: String
            if let csrf { code = csrf } else { code = try await formToken() }
            let all = fields + [("csrf", code)]
            let body = all.map { "\($0.0)=\(RunningWeb.encoded($0.1))" }.joined(separator: "&")
            return try await web.send(.POST, path, cookies: cookies, headers: headers, body: body)
        }
    }

    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            return scalar.properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte) || byte == 0x2D
                || byte == 0x5F
                ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// The sign-in form, with the cookie that it sets.
    func signInForm(next: String? = nil) async throws -> (cookies: [String: String], csrf: String) {
        let answer = try await send(.GET, "/sign-in" + (next.map { "?next=\(Self.encoded($0))" } ?? ""))
        return (answer.cookies, answer.field("csrf") ?? "")
    }

    func trySignIn(_ token: String, next: String? = nil, headers: [(String, String)] = own) async throws -> Answer {
        let (cookies, csrf) = try await signInForm()
        let fields = [("token", token), ("csrf", csrf)] + (next.map { [("next", $0)] } ?? [])
        let body = fields.map { "\($0.0)=\(Self.encoded($0.1))" }.joined(separator: "&")
        return try await send(.POST, "/sign-in", cookies: cookies, headers: headers, body: body)
    }

    func signedIn(as name: String) async throws -> Tab {
        let answer = try await trySignIn("token-of-\(name)")
        guard let id = answer.cookies[sessionCookie] else { throw NotSignedIn(status: answer.status) }
        return Tab(web: self, cookies: [sessionCookie: id])
    }

    struct NotSignedIn: Error {
        var status: Int
    }
}

/// A clock that tests set.
final class SetClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) {
        self.time = Mutex(time)
    }

    func now() -> Timestamp { time.withLock(\.self) }
    func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
}
