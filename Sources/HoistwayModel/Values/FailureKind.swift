/// What sort of failure of the outside it was: a label of metrics and a field of the log, never with content.
package enum FailureKind: String, Sendable, CaseIterable {
    case unreachable
    case timedOut = "timed_out"
    /// Credentials were not taken.
    case unauthorized
    /// Nothing was sent: the host had just refused the same login.
    case notAsked = "not_asked"
    case notFound = "not_found"
    /// 429, or its like.
    case limited
    case serverError = "server_error"
    /// An answer that makes no sense.
    case malformed
    /// A clear no: trying again does not help.
    case refused
    /// The disk, or the state.
    case local
    case other
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
