/// Whether another try can help.
package enum Retry: Sendable, Equatable {
    /// The answer would be the same: a person must change something first.
    case never
    /// The other system failed; try again with growing pauses.
    case backoff
    /// The other system refused, and only a person can change that: a wrong password, a repository that does not exist.
    ///
    /// It is tried a few times, as `Trouble` counts them, since a person may be correcting it at this moment.
    case few
    /// The other system does not have it, or not yet, such as a mirror that is behind: try again with growing pauses.
    ///
    /// After `Trouble.patience` there are no more tries.
    case limitedBackoff
    /// The other system named a pause.
    case after(Duration)
    /// No request was sent, and one may be sent after this pause: it does not count as a try.
    case notSent(Duration)

    /// Whether a request was sent.
    package var isTry: Bool { if case .notSent = self { false } else { true } }
}

/// An error that is part of the interface: what failed, on what, why, and what to do next.
///
/// Neither text ever contains a body, a token, or the user part of a URL.
package protocol Diagnosable: Error, CustomStringConvertible {
    /// What failed, on what, why: one sentence without a full stop.
    var message: String { get }
    /// What to do next, or `nil` where nothing helps.
    var hint: String? { get }
    var retry: Retry { get }
}

extension Diagnosable {
    package var hint: String? { nil }
    package var retry: Retry { .never }

    package var description: String {
        hint.map { "\(message) (\($0))" } ?? message
    }
}
