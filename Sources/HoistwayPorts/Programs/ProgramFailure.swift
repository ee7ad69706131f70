package import HoistwayModel

/// Why an external program gave no result.
///
/// `words`: the program's last lines on standard error, cleaned.
package enum ProgramFailure: Diagnosable, Equatable {
    case missing(name: String, searched: [String], install: String)
    case tooOld(name: String, path: String, version: String, needed: String)
    case unknownVersion(name: String, path: String, answer: String)
    case notStarted(name: String, detail: String)
    case exited(name: String, status: Int, words: String)
    case killed(name: String, signal: Int, words: String)
    case timedOut(name: String, seconds: Int, words: String)
    case cancelled(name: String)
    case exceeded(name: String, Excess)
    /// An input that cannot be written as a file.
    case invalidInput(name: String, path: String, reason: String)
    /// A result that is refused.
    case refusedResult(name: String, path: String, reason: String)
    case sandboxUnavailable(name: String, reason: String)
    /// The failure is this machine's, not the program's.
    case local(operation: String, detail: String)

    /// The limit that was exceeded.
    package enum Excess: Sendable, Equatable {
        case output(bytes: Int)
        case errors(bytes: Int)
        case processes(Int)
        case memory(bytes: Int)
        case disk(bytes: Int)
        case diskEntries(Int)
        /// Levels of folders.
        case depth(Int)
        case fileSize(bytes: Int)
        case inputFiles(Int)
        case inputBytes(Int)
        case resultFiles(Int)
        case resultBytes(Int)

        var words: String {
            switch self {
            case .output(let bytes): "wrote more than \(Self.size(bytes)) to standard output and was stopped"
            case .errors(let bytes): "wrote more than \(Self.size(bytes)) to standard error and was stopped"
            case .processes(let count): "had more than \(count) processes and was stopped"
            case .memory(let bytes): "used more than \(Self.size(bytes)) of memory and was stopped"
            case .disk(let bytes): "filled its folder with more than \(Self.size(bytes)) and was stopped"
            case .diskEntries(let count): "made more than \(count) files and folders and was stopped"
            case .depth(let count): "made folders deeper than \(count) and was stopped"
            case .fileSize(let bytes): "wrote a file of more than \(Self.size(bytes)) and was stopped"
            case .inputFiles(let count): "was not started: it would need more than \(count) files"
            case .inputBytes(let bytes): "was not started: its files have more than \(Self.size(bytes))"
            case .resultFiles(let count): "left more than \(count) files; none was taken"
            case .resultBytes(let bytes): "left files of more than \(Self.size(bytes)) together; none was taken"
            }
        }

        private static func size(_ bytes: Int) -> String {
            bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes) bytes"
        }
    }

    package var message: String {
        switch self {
        case .missing(let name, let searched, _):
            "\(name) is not installed: looked for it at \(searched.joined(separator: ", "))"
        case .tooOld(let name, let path, let version, let needed):
            "\(name) at \(path) has version \(version); \(needed) is needed"
        case .unknownVersion(let name, let path, let answer):
            "\(name) at \(path) did not say its version: it answered \"\(answer)\""
        case .notStarted(let name, let detail): "\(name) could not be started: \(detail)"
        case .exited(let name, let status, let words): "\(name) ended with status \(status)" + Self.said(words)
        case .killed(let name, let signal, let words): "\(name) was killed by signal \(signal)" + Self.said(words)
        case .timedOut(let name, let seconds, let words):
            "\(name) did not end within \(seconds) s and was stopped" + Self.said(words)
        case .cancelled(let name): "\(name) was stopped, since its promotion ended"
        case .exceeded(let name, let excess): "\(name) \(excess.words)"
        case .invalidInput(let name, let path, let reason): "\(name) was not started: \(path) \(reason)"
        case .refusedResult(let name, let path, let reason): "the result of \(name) was refused: \(path) \(reason)"
        case .sandboxUnavailable(let name, let reason): "\(name) was not started, since no sandbox works: \(reason)"
        case .local(let operation, let detail): "\(operation) failed: \(detail)"
        }
    }

    package var hint: String? {
        switch self {
        case .missing(_, _, let install): install
        case .tooOld(let name, _, _, _): "install a newer \(name), or name another one in the configuration"
        case .unknownVersion(let name, _, _): "is this really \(name)?"
        case .sandboxUnavailable: "install bubblewrap, or allow unprivileged user namespaces"
        default: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .local, .notStarted: .backoff
        default: .never
        }
    }

    private static func said(_ words: String) -> String { words.isEmpty ? "" : ": \(words)" }
}
