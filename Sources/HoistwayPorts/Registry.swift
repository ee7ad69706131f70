package import HoistwayModel

/// Reads images and tags from registries.
///
/// It always uses the configured address, never one from a payload.
package protocol Registry: Sendable {
    /// Looks up `reference` (a tag or a digest): one HEAD of its manifest, or a GET where the subscription has a
    /// platform.
    func find(_ reference: String, in subscription: ImageSubscription, project: String)
        async throws(RegistryFailure) -> ImageAnswer
    /// All tags, in the registry's order.
    func tags(of subscription: ImageSubscription, project: String) async throws(RegistryFailure) -> [String]
    /// The time when the image was built, from its manifest or configuration.
    func createdAt(of reference: String, in subscription: ImageSubscription, project: String)
        async throws(RegistryFailure) -> Timestamp?
}

/// Why a request to a registry failed.
package enum RegistryFailure: Diagnosable, Equatable {
    case unreachable(host: String, detail: String)
    case refused(host: String, status: Int, detail: String)
    /// The login was not sent: the registry had just refused it.
    case notAsked(host: String, LoginGuard.Refusal)
    /// 429. `detail`: the registry's own message, or empty.
    case limited(host: String, after: Duration?, detail: String)
    /// The registry asks for a pause with another status, such as 503 during maintenance.
    case busy(host: String, status: Int, after: Duration, detail: String)
    case malformed(host: String, detail: String)
    /// The registry names a token server (`host[:port]`) that no setting allows for it: no credential is sent there.
    case untrusted(host: String, tokenServer: String)
    /// A request is not allowed: its address is not public, or no setting names its host.
    ///
    /// `detail`: a predicate about `host`. `hint`: the setting that allows the request.
    case notAllowed(host: String, detail: String, hint: String?)

    package var message: String { message(about: "registry") }

    /// - Parameter noun: what the request was for.
    package func message(about noun: String) -> String {
        switch self {
        case .unreachable(let host, let detail): "\(noun) \(host) did not answer: \(detail)"
        case .refused(let host, let status, let detail): "\(noun) \(host) answered \(status): \(detail)"
        case .notAsked(let host, let refusal): "\(noun) \(host) was not asked: \(refusal.message)"
        case .limited(let host, _, let detail): "\(noun) \(host) limits the rate of requests (429)\(detail)"
        case .busy(let host, let status, _, let detail): "\(noun) \(host) answered \(status): \(detail)"
        case .malformed(let host, let detail): "\(noun) \(host) gave an answer that makes no sense: \(detail)"
        case .notAllowed(let host, let detail, _): "\(noun) \(host) \(detail)"
        case .untrusted(let host, let server):
            "\(noun) \(host) wants a token of \(server), which is not among its token servers"
        }
    }

    package var hint: String? {
        switch self {
        case .refused(_, 401, _), .refused(_, 403, _):
            "check the Secret labelled kargo.akuity.io/cred-type: image whose repoURL is the image's, or give it one"
        case .notAsked(_, let refusal):
            "check the Secret labelled kargo.akuity.io/cred-type: image that \(refusal.repository) has this login from"
        case .notAllowed(_, _, let hint): hint
        case .untrusted(let host, let server):
            "if that is right, name it: registries: [{host: \(host), tokenServers: [\(server)]}]"
        default: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .unreachable: .backoff
        case .refused(_, let status, _): status >= 500 || status == 401 || status == 403 ? .backoff : .never
        case .notAsked(_, let refusal): .notSent(refusal.pause)
        case .limited(_, let pause, _): pause.map(Retry.after) ?? .backoff
        case .busy(_, _, let pause, _): .after(pause)
        case .malformed, .untrusted, .notAllowed: .backoff
        }
    }
}
