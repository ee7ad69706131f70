/// What sort of failure of the outside it was: in views, as a label of metrics and in the log, never with content.
package enum FailureKind: String, Sendable, Codable, CaseIterable {
    case unreachable
    case timedOut
    /// Credentials were not taken.
    case unauthorized
    /// Nothing was sent: the host had just refused the same login.
    case notAsked
    case notFound
    /// 429, or its like.
    case limited
    case serverError
    /// An answer that makes no sense.
    case malformed
    /// A clear no: trying again does not help.
    case refused
    /// The disk, or the state.
    case local
    case other

    /// As labels of metrics and the log have it: `timed_out`.
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

/// A failure that knows its sort.
package protocol KindedFailure: Error {
    var kind: FailureKind { get }
}

extension FailureKind {
    package init(of error: any Error) {
        self = (error as? any KindedFailure)?.kind ?? .other
    }
}
