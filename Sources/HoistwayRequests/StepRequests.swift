import AsyncHTTPClient
import HoistwayHTTP
import HoistwayModel
package import HoistwayPorts
import NIOCore
import NIOHTTP1

/// Sends the requests of the steps `http` and `http-download`, each on its own connection.
///
/// Safe to use from any task; nothing is kept between two requests. A host's name is resolved once for each request,
/// its addresses are checked, and the connection goes to one of them. So a name that changes its address between the
/// check and the connection has no effect. Behind a proxy the proxy resolves the name, and only the proxy's own address
/// can be checked.
package struct StepRequests: StepHTTP {
    /// The same number as in Go's client.
    static let maxRedirects = 10
    /// How many addresses of a host are tried, one after another.
    static let maxAddresses = 4
    /// Field names that the client itself writes, as in Go.
    private static let ownHeaders: Set<String> = ["host", "content-length", "transfer-encoding", "trailer"]

    private let userAgent: String
    private let resolver: any AddressResolver

    package init(version: String) {
        self.init(version: version, resolver: SystemResolver())
    }

    init(version: String, resolver: any AddressResolver) {
        userAgent = "hoistway/\(version)"
        self.resolver = resolver
    }

    package func send(_ request: StepHTTPRequest) async throws(StepHTTPFailure) -> StepHTTPResponse {
        let host = request.address.authority
        do {
            return try await Deadline.within(request.timeout) { try await follow(request) }
        } catch let failure as StepHTTPFailure {
            throw failure
        } catch is DeadlineExceeded {
            throw .unanswered(host: host, detail: "no whole answer within \(request.timeout.inWords)")
        } catch let error where ConnectionWords.isUnconnected(error) {
            throw .unreachable(host: host, detail: ConnectionWords.words(for: error, host: host))
        } catch {
            throw .unanswered(host: host, detail: ConnectionWords.words(for: error, host: host))
        }
    }

    private func follow(_ request: StepHTTPRequest) async throws -> StepHTTPResponse {
        var request = request
        for _ in 0...Self.maxRedirects {
            let answer = try await exchange(request)
            let location = answer.headers.first { $0.name.lowercased() == "location" }?.value
            let followed = request.keepsBody ? [307, 308] : [301, 302, 303, 307, 308]
            guard followed.contains(answer.status), let location, !location.isEmpty else {
                return answer
            }
            request = try redirected(request, to: location, status: answer.status)
        }
        throw StepHTTPFailure.unreachable(
            host: request.address.authority,
            detail: "it redirects more than \(Self.maxRedirects) times"
        )
    }

    private func redirected(
        _ request: StepHTTPRequest,
        to location: String,
        status: Int
    ) throws(StepHTTPFailure) -> StepHTTPRequest {
        let from = request.address
        guard let next = from.resolving(location) else {
            throw .unreachable(host: from.authority, detail: "it redirects to an address that is not valid")
        }
        let isUpgrade = !from.isSecure && next.isSecure && from.hasUsualPort && next.hasUsualPort
        guard next.host == from.host, next.hasSameOrigin(as: from) || isUpgrade else {
            throw .elsewhere(host: from.authority, target: next.authority)
        }
        var copy = request
        copy.address = next
        guard status < 307, request.method != "GET", request.method != "HEAD" else { return copy }
        copy.method = "GET"
        copy.body = []
        copy.headers.removeAll { $0.name.lowercased() == "content-type" }
        return copy
    }

    // MARK: One request

    private func exchange(_ request: StepHTTPRequest) async throws -> StepHTTPResponse {
        let address = request.address
        try Self.check(address, request)
        guard let proxy = request.proxy else {
            let addresses = try await addresses(of: address, request.policy)
            return try await inTurn(addresses) { pinned in
                try await send(request, to: Connection(host: address.host, pinned: pinned, proxy: nil))
            }
        }
        // The proxy may resolve the name differently: only an address literal is checked.
        let written = address.isLoopback ? NetworkAddress(bytes: [127, 0, 0, 1]) : SystemResolver.literal(address.host)
        if let written { try Self.check(written, of: address, request.policy) }
        if let refusal = request.policy.refusal(host: proxy.host, port: proxy.effectivePort, secrets: []) {
            throw StepHTTPFailure.refused(refusal)
        }
        let addresses = try await addresses(of: proxy, request.policy)
        return try await inTurn(addresses) { pinned in
            try await send(request, to: Connection(host: proxy.host, pinned: pinned, proxy: proxy))
        }
    }

    /// Tries the addresses in their order, until one can be connected to.
    private func inTurn(
        _ addresses: [ResolvedAddress],
        _ send: (ResolvedAddress) async throws -> StepHTTPResponse
    ) async throws -> StepHTTPResponse {
        var last: (any Error)?
        for address in addresses.prefix(Self.maxAddresses) {
            do {
                return try await send(address)
            } catch let error where ConnectionWords.isUnconnected(error) {
                last = error
            }
        }
        throw last ?? CancellationError()
    }

    private static func check(_ address: WebAddress, _ request: StepHTTPRequest) throws(StepHTTPFailure) {
        guard HostRule(address.host) != nil, !address.host.hasPrefix("*") else {
            throw .unsendable("\(ShownText.quoted(address.host)) is not a host")
        }
        if let refusal = request.policy.refusal(
            host: address.host,
            port: address.effectivePort,
            secrets: request.secrets
        ) {
            throw .refused(refusal)
        }
    }

    private static func check(
        _ found: NetworkAddress,
        of address: WebAddress,
        _ policy: HTTPPolicy
    ) throws(StepHTTPFailure) {
        if let refusal = policy.refusal(host: address.host, port: address.effectivePort, address: found) {
            throw .refused(refusal)
        }
    }

    /// All addresses of the host; fails if one is not allowed, since a name should not have both kinds.
    private func addresses(of address: WebAddress, _ policy: HTTPPolicy) async throws -> [ResolvedAddress] {
        let found = try await resolver.addresses(of: address.host)
        guard !found.isEmpty else {
            throw StepHTTPFailure.unreachable(
                host: address.authority,
                detail: "the host name \(address.host) is not known: check its spelling and the DNS of this machine"
            )
        }
        for one in found { try Self.check(one.address, of: address, policy) }
        return found
    }

    private func send(_ request: StepHTTPRequest, to connection: Connection) async throws -> StepHTTPResponse {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: connection.configuration(for: request)
        )
        let result: Result<StepHTTPResponse, any Error>
        do {
            result = .success(try await receive(outgoing(request), by: client, limit: request.maxBytes))
        } catch {
            result = .failure(error)
        }
        // It only throws if the client is shut down already.
        try? await client.shutdown()
        return try result.get()
    }

    private func outgoing(_ request: StepHTTPRequest) throws(StepHTTPFailure) -> HTTPClientRequest {
        let isPlainProxy = request.proxy != nil && !request.address.isSecure
        var outgoing =
            isPlainProxy
            ? PlainProxy.request(for: request.address.text, proxy: request.proxy?.authority ?? "")
            : HTTPClientRequest(url: request.address.text)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for header in request.headers where !Self.ownHeaders.contains(header.name.lowercased()) {
            if let problem = Self.problem(with: header) { throw .unsendable(problem) }
            outgoing.headers.add(name: header.name, value: header.value)
        }
        if !outgoing.headers.contains(name: "user-agent") { outgoing.headers.add(name: "user-agent", value: userAgent) }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        return outgoing
    }

    /// A line break in a header would begin another header.
    private static func problem(with header: HeaderLine) -> String? {
        let isName = !header.name.isEmpty && header.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
        guard isName else { return "\(ShownText.quoted(header.name)) is not the name of a header" }
        let isValue = header.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
        return isValue ? nil : "the value of the header \(header.name) holds a line break or another control character"
    }

    private func receive(
        _ request: HTTPClientRequest,
        by client: HTTPClient,
        limit: Int
    ) async throws -> StepHTTPResponse {
        // The whole exchange already has a deadline.
        let answer = try await client.execute(request, timeout: .hours(1))
        let host = request.headers.first(name: "host") ?? WebAddress(request.url)?.authority ?? ""
        var body: [UInt8] = []
        for try await part in answer.body {
            guard body.count + part.readableBytes <= limit else {
                throw StepHTTPFailure.tooLarge(host: host, limit: limit)
            }
            body += part.readableBytesView
        }
        return StepHTTPResponse(
            status: Int(answer.status.code),
            headers: answer.headers.map { HeaderLine($0.name, $0.value) },
            body: body
        )
    }
}
