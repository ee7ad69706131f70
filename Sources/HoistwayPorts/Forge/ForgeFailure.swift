package import HoistwayModel

/// Why a request to a Git host about pull requests failed.
///
/// Never contains a token, a key or a password.
package enum ForgeFailure: Diagnosable, Equatable {
    /// `detail`: what failed.
    case unreachable(host: String, detail: String)
    /// 429, or a quota that is used up; `pause`: how long the host asked to wait.
    case limited(host: String, pause: Duration?)
    /// The host failed: 5xx.
    case serverError(host: String, status: Int, detail: String)
    /// There is no credential, or the host refused it.
    case unauthenticated(host: String, detail: String)
    /// Nothing was sent: the host had just refused the same login.
    case notAsked(host: String, LoginGuard.Refusal)
    /// The credential does not allow this; `needs`: the permission, with the host's name for it.
    case forbidden(host: String, detail: String, needs: String)
    /// The repository or the object does not exist, or the credential cannot see it.
    case notFound(host: String, what: String)
    /// The host refused, with its message.
    case refused(host: String, detail: String, hint: String?)
    /// The answer does not match the API.
    case garbage(host: String, detail: String)
    /// No request was sent: the host is unknown, or does not have the function.
    case unsupported(String, hint: String?)

    package var message: String {
        switch self {
        case .unreachable(let host, let detail): "\(host) did not answer: \(detail)"
        case .limited(let host, _): "\(host) takes no more requests for now"
        case .serverError(let host, let status, let detail):
            "\(host) failed with status \(status)" + (detail.isEmpty ? "" : ": \(detail)")
        case .unauthenticated(let host, let detail): "\(host) needs a credential that it accepts: \(detail)"
        case .notAsked(let host, let refusal): "\(host) was not asked: \(refusal.message)"
        case .forbidden(let host, let detail, _): "\(host) does not allow this: \(detail)"
        case .notFound(let host, let what): "\(host) has no \(what), or the credential may not see it"
        case .refused(let host, let detail, _): "\(host) refused: \(detail)"
        case .garbage(let host, let detail): "\(host) gave an answer that cannot be used: \(detail)"
        case .unsupported(let what, _): what
        }
    }

    package var hint: String? {
        switch self {
        case .unauthenticated:
            "check the Secret labelled kargo.akuity.io/cred-type: git whose repoURL is this repository's"
        case .notAsked(_, let refusal):
            "check the Secret labelled kargo.akuity.io/cred-type: git that \(refusal.repository) has this login from"
        case .forbidden(_, _, let needs): "give the credential \(needs)"
        case .refused(_, _, let hint), .unsupported(_, let hint): hint
        default: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .limited(_, let pause?): .after(pause)
        case .notAsked(_, let refusal): .notSent(refusal.pause)
        case .unreachable, .limited, .serverError, .garbage: .backoff
        case .unauthenticated, .forbidden, .notFound: .few
        case .refused, .unsupported: .never
        }
    }
}
