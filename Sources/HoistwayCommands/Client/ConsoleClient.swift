import AsyncHTTPClient
import FoundationEssentials
import HoistwayConsole
import HoistwayModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// What a server answered: as a value, and as it was written.
struct Answer<Value: Decodable & Sendable>: Sendable {
    var value: Value
    var json: String
}

/// Talks to a server's console.
///
/// One request a call; never follows a redirect, since the token would go with it.
struct ConsoleClient: Sendable {
    /// Larger answers are refused, in bytes: a promotion's diffs are cut far below.
    private static let maxAnswerBytes = 64 * 1024 * 1024
    static let timeout = TimeAmount.seconds(60)
    /// For what waits for registries and repositories: a look at one subscription takes ten minutes at most.
    static let patientTimeout = TimeAmount.minutes(11)

    let address: ServerAddress
    let client: HTTPClient
    /// Requests end soon after it; `nil`: only their own limit counts.
    private(set) var deadline: ContinuousClock.Instant?

    init(address: ServerAddress, client: HTTPClient) {
        self.address = address
        self.client = client
    }

    func until(_ deadline: ContinuousClock.Instant?) -> ConsoleClient {
        var bounded = self
        bounded.deadline = deadline
        return bounded
    }

    /// Runs `body` with a client for the server that the options name.
    static func with<Result: Sendable>(
        _ options: ClientOptions,
        _ body: (ConsoleClient) async throws -> Result
    ) async throws -> Result {
        try await with(ServerAddress(options, environment: ProcessInfo.processInfo.environment), body)
    }

    static func with<Result: Sendable>(
        _ address: ServerAddress,
        _ body: (ConsoleClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        // An answer that stops in its middle fails after this time.
        configuration.timeout.read = patientTimeout
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(ConsoleClient(address: address, client: client))
            try await client.shutdown()
            return result
        } catch {
            // The first failure is the one to report.
            try? await client.shutdown()
            throw error
        }
    }

    /// Sends the request of an operation of the table, and reads its answer.
    ///
    /// - Parameters:
    ///   - path: the values of the names in its path.
    ///   - query: parameters; those without a value are left out.
    ///   - body: keys whose value is `nil` are left out.
    func ask<Value: Decodable & Sendable>(
        _ id: OperationID,
        _ path: [String: String] = [:],
        query: [(String, String?)] = [],
        body: [String: ConfigValue?] = [:],
        as type: Value.Type,
        within limit: TimeAmount = timeout
    ) async throws -> Answer<Value> {
        let operation = id.operation
        let parameters = query.compactMap { name, value in value.map { "\(name)=\(PercentEncoding.escaped($0))" } }
        let suffix = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
        let bytes =
            operation.body == nil
            ? nil : ByteBuffer(bytes: try JSONEncoder().encode(PlainJSON(.map(body.compactMapValues(\.self)))))
        let method = HTTPMethod(rawValue: operation.method.rawValue)
        return try await send(method, operation.path(path) + suffix, body: bytes, as: type, within: limit)
    }

    /// All pages of a list, up to `limit` items; `nil`: all there are.
    func list<Item: Codable & Sendable>(
        _ id: OperationID,
        query: [(String, String?)] = [],
        limit: Int? = nil,
        of type: Item.Type
    ) async throws -> Answer<Items<Item>> {
        let all = Items(items: try await page(id, query: query, limit: limit, of: type).value.items)
        return Answer(value: all, json: WrittenJSON.text(all))
    }

    /// Items of a list behind `cursor`, at most `limit`, and where it goes on; `nil`: all there are.
    func page<Item: Codable & Sendable>(
        _ id: OperationID,
        query: [(String, String?)] = [],
        after cursor: String? = nil,
        limit: Int? = nil,
        of type: Item.Type
    ) async throws -> Answer<Page<Item>> {
        if let limit, limit < 1 {
            throw CommandFailure.usage("--limit must be at least 1", hint: nil)
        }
        func next(_ cursor: String?, _ count: Int) async throws -> Page<Item> {
            let size = min(Operation.limits.upperBound, limit.map { $0 - count } ?? .max)
            let query = query + [("limit", "\(size)"), ("cursor", cursor)]
            return try await ask(id, query: query, as: Page<Item>.self).value
        }
        var page = try await next(cursor, 0)
        while let cursor = page.next, page.items.count < limit ?? .max {
            let more = try await next(cursor, page.items.count)
            page.items += more.items
            page.next = more.next
        }
        return Answer(value: page, json: WrittenJSON.text(page))
    }

    /// The server's address, without a slash at the end.
    var url: String { address.url }

    private func send<Value: Decodable & Sendable>(
        _ method: HTTPMethod,
        _ path: String,
        body: ByteBuffer?,
        as type: Value.Type,
        within limit: TimeAmount
    ) async throws -> Answer<Value> {
        var request = request(path)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        let (status, bytes) = try await execute(request, within: limit)
        guard (200..<300).contains(status) else { throw Self.refusal(status, bytes) }
        do {
            return Answer(
                value: try JSONDecoder().decode(type, from: Data(bytes)),
                json: String(decoding: bytes, as: UTF8.self)
            )
        } catch {
            throw CommandFailure.failed(
                "the answer of \(address.url) makes no sense to this version",
                hint: "is it hoistway's console, and of the same version?"
            )
        }
    }

    /// With the token, where there is one.
    ///
    /// - Parameter path: below `/api/v1/`.
    func request(_ path: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.url + "/api/v1/" + path)
        if !address.token.isEmpty {
            request.headers.add(name: "Authorization", value: "Bearer \(address.token)")
        }
        return request
    }

    /// The status and the whole answer.
    ///
    /// The limit of the library ends with the head of the answer, so that the body needs one of its own.
    func execute(
        _ request: HTTPClientRequest,
        within limit: TimeAmount
    ) async throws(CommandFailure) -> (Int, [UInt8]) {
        let limit = bounded(limit)
        let end = ContinuousClock.now + .nanoseconds(limit.nanoseconds)
        do {
            let response = try await client.execute(request, timeout: limit)
            VersionNotice.heed(server: response.headers.first(name: "\(APIHeaders.versionName)"))
            var bytes: [UInt8] = []
            for try await part in response.body {
                bytes += part.readableBytesView
                guard bytes.count <= Self.maxAnswerBytes else {
                    throw CommandFailure.unreachable(server: address.url, detail: "its answer is too large")
                }
                guard ContinuousClock.now < end else {
                    throw CommandFailure.unreachable(server: address.url, detail: "its answer did not end in time")
                }
            }
            return (Int(response.status.code), bytes)
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            if let deadline, deadline <= .now {
                throw .timedOut(
                    "\(address.url) did not answer in time",
                    hint: "is it overloaded, or does a proxy before it wait?"
                )
            }
            throw .unreachable(server: address.url, detail: Self.explain(error))
        }
    }

    /// A request has at least the time of a connection: a short time-out is about the thing that is waited for, and not
    /// about the server.
    private func bounded(_ limit: TimeAmount) -> TimeAmount {
        guard let deadline else { return limit }
        let left = ContinuousClock.now.duration(to: deadline)
        return min(limit, .seconds(max(10, left.components.seconds)))
    }

    static func refusal(_ status: Int, _ bytes: [UInt8]) -> CommandFailure {
        // A proxy may have answered: then there is only the status.
        let said = try? JSONDecoder().decode(ProblemBody.self, from: Data(bytes))
        return .answered(
            status: status,
            problem: said,
            message: said?.detail ?? "the server answered \(status)",
            hint: said?.hint
        )
    }

    static func explain(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { PlainError.text(of: $0.error) } ?? "no address is known for its name"
        case let error as HTTPClientError: PlainError.text(of: error.shortDescription)
        default: PlainError.text(of: error)
        }
    }
}
