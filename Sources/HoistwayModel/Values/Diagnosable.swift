/// Whether trying the same thing again can help.
package enum Retry: Sendable, Equatable {
    /// The answer would be the same: somebody must change something first.
    case never
    /// The outside failed; try again with growing pauses.
    case backoff
    /// The outside said no, and nobody but a person can change that: a wrong password, a repository that is not there.
    ///
    /// It is tried a few times, as `Trouble` counts them, since a person may be mending it just now.
    case few
    /// The outside does not have it, or not yet, as a mirror that is behind: with growing pauses, but not without end.
    ///
    /// What has not come within `Trouble.patience` is given up.
    case awhile
    /// The outside named a pause.
    case after(Duration)
    /// The outside was not asked, and may be after this pause: it counts as no try.
    case unasked(Duration)

    /// Whether the outside was asked.
    package var isTry: Bool { if case .unasked = self { false } else { true } }
}

/// An error that is part of the interface: what failed, on what, why, and what to do next.
///
/// Neither text ever holds a body, a token, or the user part of a URL.
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
