/// The kind of another system's failure: in views, in labels of metrics and in the log, never with content.
package enum FailureKind: String, Sendable, Codable, CaseIterable {
    case unreachable
    case timedOut
    /// Credentials were refused.
    case unauthorized
    /// Nothing was sent: the host had just refused the same login.
    case notAsked
    case notFound
    /// 429, or a similar status.
    case limited
    case serverError
    /// An answer that makes no sense.
    case malformed
    /// A clear refusal: another try does not help.
    case refused
    /// The disk, or the state.
    case local
    case other

    /// The label in metrics and in the log: `timed_out`.
    package var label: String {
        switch self {
        case .timedOut: "timed_out"
        case .notAsked: "not_asked"
        case .notFound: "not_found"
        case .serverError: "server_error"
        case .unreachable, .unauthorized, .limited, .malformed, .refused, .local, .other: rawValue
        }
    }
}

/// A failure with a kind.
package protocol KindedFailure: Error {
    var kind: FailureKind { get }
}

extension FailureKind {
    package init(of error: any Error) {
        self = (error as? any KindedFailure)?.kind ?? .other
    }
}
