import AsyncHTTPClient
import FoundationEssentials
import HoistwayConsole
import HoistwayModel
import HoistwayWeb
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
    private static let timeout = TimeAmount.seconds(60)
    /// For what waits for registries and repositories: a look at one subscription takes ten minutes at most.
    static let patientTimeout = TimeAmount.minutes(11)

    private let address: ServerAddress
    private let client: HTTPClient

    /// Runs `body` with a client for the server that the options name.
    static func with<Result: Sendable>(
        _ options: ClientOptions,
        _ body: (ConsoleClient) async throws -> Result
    ) async throws -> Result {
        let address = try ServerAddress(options, environment: ProcessInfo.processInfo.environment)
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(10)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(ConsoleClient(address: address, client: client))
            try await client.shutdown()
            return result
        } catch {
            // The first failure is the one to tell.
            try? await client.shutdown()
            throw error
        }
    }

    func get<Value: Decodable & Sendable>(
        _ path: String,
        _ query: [(String, String?)] = [],
        as type: Value.Type
    ) async throws -> Answer<Value> {
        let parameters = query.compactMap { name, value in value.map { "\(name)=\(Self.escaped($0))" } }
        let suffix = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
        return try await send(.GET, path + suffix, body: nil, as: type)
    }

    func post<Value: Decodable & Sendable>(
        _ path: String,
        _ body: some Encodable,
        as type: Value.Type,
        within limit: TimeAmount = timeout
    ) async throws -> Answer<Value> {
        try await send(.POST, path, body: ByteBuffer(bytes: try JSONEncoder().encode(body)), as: type, within: limit)
    }

    func delete<Value: Decodable & Sendable>(_ path: String, as type: Value.Type) async throws -> Answer<Value> {
        try await send(.DELETE, path, body: nil, as: type)
    }

    /// A path's part: everything but letters, digits and `-._~` is percent-encoded.
    static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { escaped, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%\(digits.count == 1 ? "0" : "")\(digits)"
            }
        }
    }

    /// The server's address, without a slash at the end.
    var url: String { address.url }

    /// A link that signs a browser in with the token of this client, once.
    func makeSignInLink() async throws -> Answer<SignInLink> {
        try await send(.POST, "links", below: "/sign-in/", body: nil, as: SignInLink.self)
    }

    private func send<Value: Decodable & Sendable>(
        _ method: HTTPMethod,
        _ path: String,
        below root: String = "/api/v1/",
        body: ByteBuffer?,
        as type: Value.Type,
        within limit: TimeAmount = timeout
    ) async throws -> Answer<Value> {
        var request = HTTPClientRequest(url: address.url + root + path)
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(address.token)")
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

    private func execute(
        _ request: HTTPClientRequest,
        within limit: TimeAmount
    ) async throws(CommandFailure) -> (Int, [UInt8]) {
        do {
            let response = try await client.execute(request, timeout: limit)
            let body = try await response.body.collect(upTo: Self.maxAnswerBytes)
            return (Int(response.status.code), Array(body.readableBytesView))
        } catch {
            throw .unreachable(server: address.url, detail: Self.explain(error))
        }
    }

    private static func refusal(_ status: Int, _ bytes: [UInt8]) -> CommandFailure {
        // Something else than our console may have answered: then there is only the status.
        let said = try? JSONDecoder().decode(ProblemBody.self, from: Data(bytes))
        return .answered(
            status: status,
            message: said?.detail ?? "the server answered \(status)",
            hint: said?.hint
        )
    }

    static func explain(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { PlainError.text(of: $0.error) } ?? "the connection was refused"
        case let error as HTTPClientError: PlainError.text(of: error.shortDescription)
        default: PlainError.text(of: error)
        }
    }
}
