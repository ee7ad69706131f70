import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// Turns statuses into failures.
enum RegistryStatus {
    /// Passes 2xx; `asked` says for what, for people.
    ///
    /// `secrets`: what must not be shown, whoever repeats it.
    static func check(
        _ answer: RegistryAnswer,
        host: String,
        asked: String,
        hiding secrets: [String]
    ) throws(RegistryFailure) {
        // What a registry redirects to may be anybody's.
        let words = answer.isRedirected ? nil : RegistryWords.read(answer, hiding: secrets)
        let said = words.map { "; it says: \($0)" } ?? ""
        switch answer.status {
        case 200..<300: return
        case 429: throw .limited(host: host, after: pause(answer), detail: said)
        case 401: throw .refused(host: host, status: 401, detail: "\(asked) wants a valid login\(said)")
        case 403: throw .refused(host: host, status: 403, detail: "\(asked) is not allowed with this login\(said)")
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

    private static func pause(_ answer: RegistryAnswer) -> Duration? {
        answer.headers.first(name: "retry-after").flatMap {
            RetryAfter.pause($0, now: answer.receivedAt)
        }
    }
}
