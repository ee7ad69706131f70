import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Turns statuses into failures.
enum RegistryStatus {
    /// Accepts 2xx; `asked` names the object of the request, for people.
    ///
    /// - Parameters:
    ///   - login: the one that was sent.
    ///   - secrets: texts that must not be shown, whoever repeats them.
    static func check(
        _ answer: RegistryAnswer,
        host: String,
        asked: String,
        login: SentLogin,
        hiding secrets: [String]
    ) throws(RegistryFailure) {
        // The target of a redirect may be any server: its text is not shown.
        let words = answer.isRedirected ? nil : RegistryWords.read(answer, hiding: secrets)
        let said = words.map { "; it says: \($0)" } ?? ""
        switch answer.status {
        case 200..<300: return
        case 429: throw .limited(host: host, after: pause(answer), detail: said)
        case 401:
            throw .refused(
                host: host,
                status: 401,
                detail: "\(asked) wants a valid login\(loginWords(login, answer))\(said)"
            )
        case 403:
            throw .refused(
                host: host,
                status: 403,
                detail: "\(asked) is not allowed\(loginWords(login, answer))\(said)"
            )
        case 404:
            throw .refused(host: host, status: 404, detail: "it has no \(asked), or hides it from this login\(said)")
        default:
            let detail = "asked for \(asked)\(said)"
            guard answer.status >= 500, let pause = pause(answer) else {
                throw .refused(host: host, status: answer.status, detail: detail)
            }
            throw .busy(host: host, status: answer.status, after: pause, detail: detail)
        }
    }

    /// The login is not sent with a redirect.
    private static func loginWords(_ login: SentLogin, _ answer: RegistryAnswer) -> String {
        (answer.isRedirected ? SentLogin.withheld : login).words
    }

    private static func pause(_ answer: RegistryAnswer) -> Duration? {
        answer.headers.first(name: "retry-after").flatMap {
            RetryAfter.pause($0, now: answer.receivedAt)
        }
    }
}

/// The login of a request, for people who look for the reason of a refusal.
enum SentLogin: Sendable {
    /// From this Secret, `project/name`.
    case secret(String)
    /// There is no Secret for the repository; `kind`: the label that it would need.
    case none(kind: String)
    /// Not sent, since the host was not the repository's own.
    case withheld

    fileprivate var words: String {
        switch self {
        case .secret(let name): "; it was asked with the login of the Secret \(ShownText.bare(name))"
        case .none(let kind):
            "; it was asked without one: no Secret labelled kargo.akuity.io/cred-type: \(kind) is for it"
        case .withheld: "; it was asked without one, since it is another host or address than the repository's"
        }
    }
}
