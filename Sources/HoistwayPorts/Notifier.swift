package import HoistwayModel

/// Notifies people, or their programs, of events.
package protocol Notifier: Sendable {
    /// Sends the notice once; bounded in time. Returns when the target has accepted it.
    func send(_ notice: Notice) async throws(NotifyFailure)
}

/// Why a target did not accept a notice.
///
/// Never contains the target's URL, which may be a secret, but its name.
package enum NotifyFailure: Diagnosable, Equatable {
    case unknownTarget(String)
    case unreachable(target: String, detail: String)
    case refused(target: String, status: Int)
    case limited(target: String, after: Duration?)

    package var message: String {
        switch self {
        case .unknownTarget(let name): "no notification is called \(name)"
        case .unreachable(let target, let detail): "the notification \(target) could not be sent: \(detail)"
        case .refused(let target, let status): "the target of the notification \(target) answered \(status)"
        case .limited(let target, _): "the target of the notification \(target) limits the rate of messages (429)"
        }
    }

    package var hint: String? {
        switch self {
        case .refused(_, 300..<400): "redirects are not followed: write the URL that it leads to"
        case .refused(_, 400..<500): "check its url and secret; nothing is sent again after such an answer"
        default: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .unknownTarget: .never
        case .unreachable: .backoff
        case .refused(_, let status): status >= 500 || status == 408 || status == 425 ? .backoff : .never
        case .limited(_, let pause): pause.map(Retry.after) ?? .backoff
        }
    }
}

extension NotifyFailure: KindedFailure {
    package var kind: FailureKind {
        switch self {
        case .unknownTarget: .notFound
        case .unreachable: .unreachable
        case .refused(_, let status): status >= 500 ? .serverError : .refused
        case .limited: .limited
        }
    }
}
