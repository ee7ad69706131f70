package import HoistwayModel

/// Sends the requests of the steps `http` and `http-download`.
package protocol StepHTTP: Sendable {
    /// Sends it once, and reads the answer to its end.
    ///
    /// Bounded in time and size. The host and its present address are judged by the request's policy, redirects too; no
    /// redirect to another host is followed.
    func send(_ request: StepHTTPRequest) async throws(StepHTTPFailure) -> StepHTTPResponse
}

package struct StepHTTPRequest: Sendable, Equatable {
    /// Largest answer where nothing else is said, in bytes.
    package static let maxResponseBytes = 2 << 20

    package var method: String
    package var address: WebAddress
    /// Sent in this order; a name may come several times.
    package var headers: [HeaderLine]
    /// Empty: no body.
    package var body: [UInt8]
    /// From the beginning to the end of the answer, redirects included.
    package var timeout: Duration
    package var skipsVerification: Bool
    /// `http://host:port`.
    package var proxy: WebAddress?
    package var policy: HTTPPolicy
    /// What the request was made from, as expressions mark it: `secret('NAME')`.
    package var secrets: Set<String>
    /// Largest answer, in bytes.
    package var maxBytes: Int
    /// Whether only redirects are followed that keep method and body (307, 308); another one is the answer.
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
    /// In the order in which they came.
    package var headers: [HeaderLine]
    package var body: [UInt8]

    package init(status: Int, headers: [HeaderLine], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// Why there is no answer.
///
/// Never with the URL's path and query, which may hold a secret: the host stands for it.
package enum StepHTTPFailure: Diagnosable, Equatable {
    case refused(HTTPPolicy.Refusal)
    case unreachable(host: String, detail: String)
    /// There was a connection: nobody knows whether the request has arrived.
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

    /// Whether the host may have got the request.
    package var mayHaveArrived: Bool {
        switch self {
        case .unanswered, .tooLarge: true
        case .refused, .unreachable, .elsewhere, .unsendable: false
        }
    }

    /// Whether the same request would come to the same end.
    package var isTerminal: Bool {
        switch self {
        case .refused, .unsendable: true
        case .unreachable, .unanswered, .tooLarge, .elsewhere: false
        }
    }
}
