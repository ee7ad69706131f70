import HoistwayConsole
import HoistwayModel

/// Why a command failed.
enum CommandFailure: Diagnosable, Equatable {
    /// The console's answer; `problem` is `nil` if something else has answered, such as a proxy.
    case answered(status: Int, problem: ProblemBody? = nil, message: String, hint: String?)
    case unreachable(server: String, detail: String)
    case badAddress(String)
    /// The token would go over the network unencrypted.
    case plainHTTP(server: String)
    case noToken(tried: String)
    case unreadable(path: String, detail: String)
    case usage(String, hint: String? = nil)
    case failed(String, hint: String? = nil)
    /// A server cannot start with this configuration.
    case configuration(String, hint: String?)
    case nothingToDo(String)
    /// The condition did not become true in time.
    case timedOut(String, hint: String?)

    var message: String {
        switch self {
        case .answered(_, _, let message, _): message
        case .unreachable(let server, let detail): "\(server) did not answer: \(detail)"
        case .badAddress(let text): "\(text) is not the address of a server"
        case .plainHTTP(let server): "the token would go to \(server) unencrypted"
        case .noToken(let tried): "there is no token: \(tried)"
        case .unreadable(let path, let detail): "\(path) cannot be read: \(detail)"
        case .usage(let message, _), .failed(let message, _), .configuration(let message, _),
            .timedOut(let message, _):
            message
        case .nothingToDo(let message): message
        }
    }

    var hint: String? {
        switch self {
        case .answered(_, _, _, let hint): hint
        case .unreachable: "start it with `hoistway serve`, or name another one with --server"
        case .badAddress: "write it as https://hoistway.example.com or http://127.0.0.1:8421"
        case .plainHTTP: "use https, or --allow-plain-http where nobody can listen on the way"
        case .noToken: "sign in with `hoistway login URL`, set HOISTWAY_TOKEN, or name a file with --token-file"
        case .unreadable, .nothingToDo: nil
        case .usage(_, let hint), .failed(_, let hint), .configuration(_, let hint), .timedOut(_, let hint): hint
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .answered(let status, let problem, _, _):
            problem.map { ExitStatus($0.code) } ?? ExitStatus(httpStatus: status)
        case .badAddress, .usage: .usage
        case .noToken, .plainHTTP: .denied
        case .unreadable, .failed: .failed
        case .unreachable: .unreachable
        case .timedOut: .timedOut
        case .configuration: .configuration
        case .nothingToDo: .nothingToDo
        }
    }

    /// The failure for a name that no list has, as the console answers it for a whole name.
    static func missing(_ kind: ThingKind, _ name: String) -> CommandFailure {
        let problem = APIError(
            .notFound,
            "there is no \(kind.rawValue) \(SafeText.line(name))",
            hint: "`hoistway get \(kind.plural)` shows them"
        ).problem(requestID: nil)
        return .answered(status: problem.status, problem: problem, message: problem.detail, hint: problem.hint)
    }

    /// What the console has answered; `nil` where nothing or something else has.
    var problem: ProblemBody? {
        guard case .answered(_, let problem, _, _) = self else { return nil }
        return problem
    }

    /// Whether the same request may succeed as soon as the server is back.
    var isPassing: Bool {
        if case .unreachable = self { return true }
        return problem?.code == .shuttingDown || problem?.code == .unavailable
    }
}
