import FoundationEssentials
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Synchronization

/// The meaning of an answer.
enum ForgeMeaning: Sendable {
    /// The login is not accepted.
    case unauthenticated
    /// The login is accepted, but lacks the permission.
    case forbidden
    /// The answer is about the request itself: the caller reads it.
    case matter
}

/// One request to a host's API.
struct ForgeRequest: Sendable {
    var method: HTTPMethod
    /// Below the API's base; begins with a slash, and is percent-encoded.
    var path: String
    var query: [(name: String, value: String)] = []
    /// As JSON.
    var body: [UInt8]?
    /// The object of the request, for a failure: `pull request 5 of acme/ops`.
    var what: String
    /// The permission that it needs, in the host's own terms.
    var needs: String
    /// The permissions that a GitHub App's token needs.
    var permissions: [String: String] = [:]
    /// Whether the host also answers 401 where the login is accepted but lacks the permission.
    var refusesWith401 = false
    /// The meaning of an answer whose status is not enough to show it; `nil`: the usual meaning of the status.
    var meaning: @Sendable (ForgeAnswer) -> ForgeMeaning? = { _ in nil }
    var accept = "application/json"
    var extraHeaders: [(name: String, value: String)] = []
}

/// Sends requests to one repository's API: with the credential, within its rate limits, and with one meaning for each
/// status.
///
/// May be called concurrently.
final class ForgeAPI: Sendable {
    /// The last answer from an address, with its ETag: the same answer then costs no quota.
    private struct Kept: Sendable {
        var mark: String
        var value: any Sendable
    }

    /// Number of addresses whose last answers are kept.
    private static let maxKept = 64

    let address: ForgeAddress
    private let login: ForgeLogin
    private let key: RateLimits.Key
    private let transport: ForgeTransport
    private let limits: RateLimits
    private let loginGuard: LoginGuard
    private let redactor: Redactor
    private let kept = Mutex<[String: Kept]>([:])

    /// - Parameter digest: identifies the login, without a secret.
    init(
        address: ForgeAddress,
        login: ForgeLogin,
        digest: String,
        transport: ForgeTransport,
        limits: RateLimits,
        loginGuard: LoginGuard,
        redactor: Redactor
    ) {
        self.address = address
        self.login = login
        self.transport = transport
        self.limits = limits
        self.loginGuard = loginGuard
        self.redactor = redactor
        key = RateLimits.Key(place: address.base.authority, digest: digest)
    }

    /// The host that is asked, for people.
    var host: String { address.askedHost }

    private static func meaning(of answer: ForgeAnswer, _ request: ForgeRequest) -> ForgeMeaning {
        if let meaning = request.meaning(answer) { return meaning }
        return switch answer.status {
        case 401 where !request.refusesWith401: .unauthenticated
        case 401, 403: .forbidden
        default: .matter
        }
    }

    /// The answer about the request itself, good or bad: 2xx, 3xx, and 4xx except 401, 403 and 429, unless
    /// ``ForgeRequest/meaning`` decides otherwise.
    func send(_ request: ForgeRequest) async throws(ForgeFailure) -> ForgeAnswer {
        try await send(request, mark: nil)
    }

    /// The same, where anything but 2xx is a failure.
    func checked(_ request: ForgeRequest) async throws(ForgeFailure) -> ForgeAnswer {
        let answer = try await send(request)
        guard (200..<300).contains(answer.status) else { throw failure(answer, of: request) }
        return answer
    }

    /// Reads an answer; where the host sends ETags, it only asks whether the answer has changed.
    ///
    /// - Parameter make: `nil`: the answer cannot be used.
    /// - Returns: `nil` where the object does not exist (404, 410).
    func read<Answer: Decodable, Value: Sendable>(
        _ request: ForgeRequest,
        as type: Answer.Type,
        _ make: (Answer) -> Value?
    ) async throws(ForgeFailure) -> Value? {
        // One answer can be read as several types.
        let place = "\(address(of: request).target) \(Value.self)"
        let known = kept.withLock { $0[place] }
        let answer = try await send(request, mark: known?.mark)
        if answer.status == 304, let value = known?.value as? Value { return value }
        if answer.status == 404 || answer.status == 410 { return nil }
        guard (200..<300).contains(answer.status) else { throw failure(answer, of: request) }
        let value = try decode(answer, of: request, as: type, make)
        if let mark = answer.headers.first(name: "etag"), mark.utf8.count <= 200 {
            keep(Kept(mark: mark, value: value), at: place)
        }
        return value
    }

    private func keep(_ answer: Kept, at place: String) {
        kept.withLock { kept in
            // Any of them may be removed: its answer is requested again without the ETag.
            if kept[place] == nil, kept.count >= Self.maxKept, let any = kept.keys.first { kept[any] = nil }
            kept[place] = answer
        }
    }

    func decode<Answer: Decodable, Value>(
        _ answer: ForgeAnswer,
        of request: ForgeRequest,
        as type: Answer.Type,
        _ make: (Answer) -> Value?
    ) throws(ForgeFailure) -> Value {
        // The decoder's message would quote the answer. It accepts at most 512 levels.
        guard let read = try? JSONDecoder().decode(type, from: Data(answer.body)), let value = make(read) else {
            throw .garbage(host: host, detail: "it is not what the API promises for \(request.what)")
        }
        return value
    }

    /// The meaning of a status other than 2xx without further knowledge.
    func failure(_ answer: ForgeAnswer, of request: ForgeRequest) -> ForgeFailure {
        switch answer.status {
        case 404, 410: return .notFound(host: host, what: request.what)
        default:
            let said = words(of: answer)
            return .refused(host: host, detail: said.isEmpty ? "status \(answer.status)" : said, hint: nil)
        }
    }

    /// The host's own message; empty where there is none.
    func words(of answer: ForgeAnswer) -> String {
        redactor.hide(ForgeWords.read(answer.body))
    }

    /// A host's text from an answer, cleaned for people.
    func shown(_ words: String) -> String { redactor.hide(ForgeWords.shown(words)) }

    /// A pull request that may be stored and shown; `nil`: the URL of its page holds a secret that was sent to the
    /// host.
    ///
    /// A page that is not at the host's own web address is left out: the link could lead anywhere.
    func admitted(_ pull: PullRequest) -> PullRequest? {
        guard redactor.hide(pull.url) == pull.url else { return nil }
        var admitted = pull
        if !address.isPage(pull.url) { admitted.url = "" }
        return admitted
    }

    private func address(of request: ForgeRequest) -> WebAddress {
        let query = request.query.map { "\($0.name)=\(PercentEncoding.escaped($0.value))" }.joined(separator: "&")
        let base = address.base.target == "/" ? "" : address.base.target
        return WebAddress(
            isSecure: address.base.isSecure,
            host: address.base.host,
            port: address.base.port,
            target: base + request.path + (query.isEmpty ? "" : "?\(query)")
        )
    }

    private func send(_ request: ForgeRequest, mark: String?) async throws(ForgeFailure) -> ForgeAnswer {
        if let pause = limits.pause(of: key) { throw .limited(host: host, pause: pause) }
        switch login {
        case .header(let name, let value):
            let answer = try await guarded(request) { () async throws(ForgeFailure) in
                try await self.exchange(request, mark: mark, login: (name, value))
            }
            return try judged(answer, request)
        case .app(let tokens, var asked):
            asked.permissions = request.permissions
            let token = try await self.token(tokens, asked, refused: nil)
            var answer = try await exchange(request, mark: mark, login: Self.bearer(token))
            if answer.status == 401 {
                // It may have become invalid before its time.
                let fresh = try await self.token(tokens, asked, refused: token)
                answer = try await exchange(request, mark: mark, login: Self.bearer(fresh))
            }
            return try judged(answer, request)
        }
    }

    private static func bearer(_ token: Secret) -> (String, Secret) {
        ("authorization", Secret(Array("Bearer ".utf8) + token.reveal()))
    }

    private func exchange(
        _ request: ForgeRequest,
        mark: String?,
        login: (name: String, value: Secret)
    ) async throws(ForgeFailure) -> ForgeAnswer {
        var headers = HTTPHeaders([("accept", request.accept), ("user-agent", "hoistway")])
        for (name, value) in request.extraHeaders { headers.add(name: name, value: value) }
        if request.body != nil { headers.add(name: "content-type", value: "application/json") }
        if let mark { headers.add(name: "if-none-match", value: mark) }
        redactor.add(shortLived: login.value)
        headers.add(name: login.name, value: login.value.revealText())
        return try await transport.send(
            request.method,
            address(of: request),
            headers: headers,
            body: request.body,
            host: host
        )
    }

    /// Reports to the guard whether the host accepts the login.
    private func guarded(
        _ request: ForgeRequest,
        _ send: () async throws(ForgeFailure) -> ForgeAnswer
    ) async throws(ForgeFailure) -> ForgeAnswer {
        let key = LoginGuard.Key(host: self.key.place, digest: self.key.digest)
        let name = address.loginName
        if let refusal = await loginGuard.enter(key, for: name) { throw .notAsked(host: host, refusal) }
        var outcome = LoginGuard.Outcome.unknown
        defer { loginGuard.leave(key, for: name, outcome) }
        let answer = try await send()
        switch Self.meaning(of: answer, request) {
        case .unauthenticated:
            let said = words(of: answer)
            outcome = .refused("\(host) answered \(answer.status)\(said.isEmpty ? "" : "; it says: \(said)")")
        case .matter where (200..<400).contains(answer.status): outcome = .accepted
        case .matter, .forbidden: break
        }
        return answer
    }

    private func judged(_ answer: ForgeAnswer, _ request: ForgeRequest) throws(ForgeFailure) -> ForgeAnswer {
        let said = answer.status < 400 ? "" : words(of: answer)
        if let pause = limits.note(answer, words: said, for: key) { throw .limited(host: host, pause: pause) }
        let detail = said.isEmpty ? "status \(answer.status)" : said
        switch Self.meaning(of: answer, request) {
        case .unauthenticated: throw .unauthenticated(host: host, detail: detail)
        case .forbidden: throw .forbidden(host: host, detail: detail, needs: request.needs)
        case .matter: break
        }
        switch answer.status {
        case 407:
            throw .unreachable(
                host: host,
                detail: "the proxy wants a login (407), and proxies with a login are not supported"
            )
        case 500...: throw .serverError(host: host, status: answer.status, detail: said)
        default: return answer
        }
    }

    private func token(
        _ tokens: any AppTokens,
        _ asked: AppTokenRequest,
        refused: Secret?
    ) async throws(ForgeFailure) -> Secret {
        do throws(GitFailure) {
            return try await tokens.token(asked, refused: refused)
        } catch {
            throw switch error {
            case .unreachable(_, let detail): .unreachable(host: host, detail: detail)
            case .timedOut(_, let seconds): .unreachable(host: host, detail: "no answer within \(seconds) s")
            case .limited(_, let pause): .limited(host: host, pause: pause)
            case .busy(_, _, let pause, _): .limited(host: host, pause: pause)
            case .serverError(_, let status, let detail): .serverError(host: host, status: status, detail: detail)
            case .unauthorized(_, let detail): .unauthenticated(host: host, detail: detail)
            default: .unsupported(error.message, hint: error.hint)
            }
        }
    }
}
