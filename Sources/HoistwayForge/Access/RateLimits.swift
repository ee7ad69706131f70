import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Synchronization

/// Holds back requests that a host would refuse: its quotas apply to a login, for all callers together.
///
/// May be called concurrently.
final class RateLimits: Sendable {
    /// A login at a host's API.
    struct Key: Hashable, Sendable {
        var place: String
        var digest: String
    }

    /// The quota in an answer.
    struct Reading: Sendable, Equatable {
        /// Whether the answer is a refusal because of the quota.
        var isRefusal: Bool
        /// How long to send no requests; `nil`: the answer does not say.
        var pause: Duration?
    }

    /// GitHub's advice for a refusal without a time:
    /// <https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately>.
    private static let usualPause: Duration = .seconds(60)

    private let clock: any WallClock
    private let ends = Mutex<[Key: Timestamp]>([:])

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// How long the login must pause; `nil`: no pause.
    func pause(of key: Key) -> Duration? {
        let now = clock.now()
        return ends.withLock { ends in
            guard let end = ends[key] else { return nil }
            // After the clock was set back, the pause must not become longer.
            guard now < end, end - now <= .seconds(RetryAfter.longest) else {
                ends[key] = nil
                return nil
            }
            return end - now
        }
    }

    /// Records an answer; gives the pause where the answer is a refusal because of the quota.
    func note(_ answer: ForgeAnswer, words: String, for key: Key) -> Duration? {
        let now = clock.now()
        let reading = Self.read(answer, words: words, now: now)
        let pause = reading.pause ?? (reading.isRefusal ? Self.usualPause : nil)
        if let pause, pause > .zero { ends.withLock { $0[key] = max($0[key] ?? now, now + pause) } }
        return reading.isRefusal ? pause : nil
    }

    /// Reads the headers of all hosts: `Retry-After`, and the rest of a quota with the time of its renewal.
    ///
    /// - <https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api>
    /// - <https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers>
    /// - <https://learn.microsoft.com/azure/devops/integrate/concepts/rate-limits>
    static func read(_ answer: ForgeAnswer, words: String, now: Timestamp) -> Reading {
        let headers = answer.headers
        let asked = headers.first(name: "retry-after").flatMap { RetryAfter.pause($0, now: now) }
        let remaining = headers.first(name: "x-ratelimit-remaining") ?? headers.first(name: "ratelimit-remaining")
        let isUsedUp = remaining?.trimmed() == "0"
        let reset = headers.first(name: "x-ratelimit-reset") ?? headers.first(name: "ratelimit-reset")
        let renewal = isUsedUp ? reset.flatMap { Int64($0.trimmed()) }.map { Self.pause(until: $0, now: now) } : nil
        let isSecondary = words.lowercased().contains("secondary rate limit")
        let isRefusal =
            answer.status == 429 || answer.status == 403 && (isUsedUp || asked != nil || isSecondary)
            || answer.status == 503 && asked != nil
        return Reading(isRefusal: isRefusal, pause: asked ?? renewal)
    }

    /// - Parameter moment: in seconds since 1970.
    private static func pause(until moment: Int64, now: Timestamp) -> Duration {
        let seconds = min(max(moment, 0), 1 << 40) - now.seconds
        return .seconds(min(max(seconds, 0), RetryAfter.longest))
    }
}
