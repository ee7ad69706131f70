package import HoistwayConsole

/// What the program's exit status tells scripts; this is the only place where failures become one.
///
/// Thrown by a command that has printed everything already.
package enum ExitStatus: Int32, Error, CaseIterable {
    case done = 0
    case failed = 1
    /// The command line or a name on it makes no sense.
    case usage = 2
    case nothingToDo = 3
    /// A policy, a role or a missing token says no.
    case denied = 4
    /// The condition did not become true in time.
    case timedOut = 5
    /// The server did not answer.
    case unreachable = 6
    /// Ctrl-C ended it: 128 and the number of `SIGINT`.
    case interrupted = 130
    /// `serve` found errors in the configuration and started nothing.
    ///
    /// Other commands end with ``failed`` there. `EX_CONFIG` of `sysexits.h`. The systemd unit does not start the service
    /// again after it: a restart reads the same file.
    case configuration = 78

    /// By the code of the console's problem document.
    package init(_ code: ProblemCode) {
        self =
            switch code {
            case .invalidParameter, .invalidBody, .invalidValue, .ambiguousName, .cursorMismatch, .malformedRequest,
                .unsupportedMediaType:
                .usage
            case .unauthenticated, .forbidden: .denied
            case .nothingToDo, .nameTaken, .lastAdminToken: .nothingToDo
            case .notFound, .noSuchRoute, .methodNotAllowed, .requestInProgress, .requestInterrupted, .answerNotKept,
                .bodyTooLarge, .misdirected, .refused, .keyReused, .tooManyKeys, .ours, .outside, .unavailable,
                .tooManyStreams, .tooManyPreviews, .shuttingDown:
                .failed
            }
    }

    /// For an answer without a problem body: by its HTTP status, since a proxy may have sent it.
    init(httpStatus: Int) {
        self =
            switch httpStatus {
            case 200..<300: .done
            case 400: .usage
            case 401, 403: .denied
            case 409: .nothingToDo
            default: .failed
            }
    }
}
