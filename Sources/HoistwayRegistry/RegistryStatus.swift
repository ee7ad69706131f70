import HoistwayPorts
import NIOHTTP1

/// Turns statuses into failures.
///
/// No body is told: it is whatever the other side likes.
enum RegistryStatus {
    /// The longest pause that a registry can ask for.
    private static let maxPause = 3600

    /// Passes 2xx; `asked` says for what, for people.
    static func check(_ answer: RegistryAnswer, host: String, asked: String) throws(RegistryFailure) {
        switch answer.status {
        case 200..<300: return
        case 429: throw .limited(host: host, after: pause(answer))
        case 401: throw .refused(host: host, status: 401, detail: "\(asked) wants a valid login")
        case 403: throw .refused(host: host, status: 403, detail: "\(asked) is not allowed with this login")
        default: throw .refused(host: host, status: answer.status, detail: "asked for \(asked)")
        }
    }

    /// `Retry-After` in seconds; its form as a date is seldom and not read.
    private static func pause(_ answer: RegistryAnswer) -> Duration? {
        guard let text = answer.headers.first(name: "retry-after"), let seconds = Int(text), seconds >= 0 else {
            return nil
        }
        return .seconds(min(seconds, maxPause))
    }
}
