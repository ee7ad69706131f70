package import HoistwayModel

/// Sends the requests of the steps `http` and `http-download`.
package protocol StepHTTP: Sendable {
    /// Sends the request once, and reads the whole response.
    ///
    /// Bounded in time and size. The request's policy checks the host and its current address, for redirects too; a
    /// redirect to another host is not followed.
    func send(_ request: StepHTTPRequest) async throws(StepHTTPFailure) -> StepHTTPResponse
}

package struct StepHTTPRequest: Sendable, Equatable {
    /// Largest response where the step sets no other limit, in bytes.
    package static let maxResponseBytes = 2 << 20

    package var method: String
    package var address: WebAddress
    /// Sent in this order; a name may occur several times.
    package var headers: [HeaderLine]
    /// Empty: the request has no body.
    package var body: [UInt8]
    /// From the beginning to the end of the response, with redirects.
    package var timeout: Duration
    package var skipsVerification: Bool
    /// `http://host:port`.
    package var proxy: WebAddress?
    package var policy: HTTPPolicy
    /// The secrets in the request, as expressions mark them: `secret('NAME')`.
    package var secrets: Set<String>
    /// Largest response, in bytes.
    package var maxBytes: Int
    /// Whether only redirects that keep method and body (307, 308) are followed; any other redirect is the response.
    package var keepsBody: Bool

    package init(
        method: String,
        address: WebAddress,
        headers: [HeaderLine] = [],
        body: [UInt8] = [],
        timeout: Duration,
        skipsVerification: Bool = false,
        proxy: WebAddress? = nil,
        policy: HTTPPolicy = HTTPPolicy(),
        secrets: Set<String> = [],
        maxBytes: Int = maxResponseBytes,
        keepsBody: Bool = false
    ) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.skipsVerification = skipsVerification
        self.proxy = proxy
        self.policy = policy
        self.secrets = secrets
        self.maxBytes = maxBytes
        self.keepsBody = keepsBody
    }
}

package struct StepHTTPResponse: Sendable, Equatable {
    package var status: Int
    /// In the order in which the server sent them.
    package var headers: [HeaderLine]
    package var body: [UInt8]

    package init(status: Int, headers: [HeaderLine], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why there is no response.
///
/// Never contains the URL's path and query, which may contain a secret, but its host.
package enum StepHTTPFailure: Diagnosable, Equatable {
    case refused(HTTPPolicy.Refusal)
    case unreachable(host: String, detail: String)
    /// There was a connection, so the host may have received the request.
    case unanswered(host: String, detail: String)
    /// - limit: in bytes.
    case tooLarge(host: String, limit: Int)
    case elsewhere(host: String, target: String)
    case unsendable(String)

    package var message: String {
        switch self {
        case .refused(let refusal): refusal.message
        case .unreachable(let host, let detail), .unanswered(let host, let detail): "\(host) did not answer: \(detail)"
        case .tooLarge(let host, let limit): "the answer of \(host) is larger than \(limit >> 20) MiB"
        case .elsewhere(let host, let target): "\(host) redirects to \(target), and no other host is followed"
        case .unsendable(let problem): "the request cannot be sent: \(problem)"
        }
    }

    package var hint: String? {
        switch self {
        case .refused(let refusal): refusal.hint
        case .elsewhere: "write the URL that it leads to"
        case .unreachable, .unanswered, .tooLarge, .unsendable: nil
        }
    }

    /// Whether the host may have received the request.
    package var mayHaveArrived: Bool {
        switch self {
        case .unanswered, .tooLarge: true
        case .refused, .unreachable, .elsewhere, .unsendable: false
        }
    }

    /// Whether the same request would fail again.
    package var isTerminal: Bool {
        switch self {
        case .refused, .unsendable: true
        case .unreachable, .unanswered, .tooLarge, .elsewhere: false
        }
    }
}
