import AsyncHTTPClient
import FoundationEssentials
import HoistwayCrypto
import HoistwayPorts
import NIOCore
import Synchronization

/// A client that ends its connections when nobody uses it any longer.
///
/// A request under way is a user.
final class SharedHTTPClient: Sendable {
    private let client: HTTPClient

    init(_ client: HTTPClient) {
        self.client = client
    }

    deinit {
        // A client must not go without it. It also ends answers that are still being read.
        client.shutdown { _ in }
    }

    /// Silence is bounded by the client's read timeout; a large pack may take its time.
    func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        try await client.execute(request, deadline: .distantFuture)
    }
}

/// Gives the same client to all repositories that are reached in the same way.
///
/// A client for each would keep a connection and its TLS settings for each: with 2,000 repositories on one host these
/// took 35 MB, and each first look waited for a new connection. Logins are not the client's: each request has its own.
final class SharedHTTPClients: Sendable {
    /// What a client is made of.
    private struct Key: Hashable {
        var isSecure: Bool
        /// The digest of the file's content; `nil`: the system's authorities.
        var authorities: String?
        var proxy: String?
        var insecureSkipTLSVerify: Bool
        var connectTimeout: Duration
        var idleTimeout: Duration
    }

    private struct Held {
        weak var client: SharedHTTPClient?
    }

    private let known = Mutex<[Key: Held]>([:])

    /// - Parameter url: for messages.
    func client(
        _ options: GitTransportOptions,
        url: String,
        isSecure: Bool
    ) throws(GitFailure) -> SharedHTTPClient {
        let key = Key(
            isSecure: isSecure,
            authorities: options.caFile.map {
                SHA256.hex(FileManager.default.contents(atPath: $0).map { Array($0) } ?? [])
            },
            proxy: options.proxy?.text,
            insecureSkipTLSVerify: options.insecureSkipTLSVerify,
            connectTimeout: options.connectTimeout,
            idleTimeout: options.idleTimeout
        )
        return try known.withLock { (known) throws(GitFailure) in
            if let client = known[key]?.client { return client }
            let made = SharedHTTPClient(try HTTPClients.make(options, url: url, isSecure: isSecure))
            known = known.filter { $0.value.client != nil }
            known[key] = Held(client: made)
            return made
        }
    }
}
