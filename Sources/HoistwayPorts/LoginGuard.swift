package import HoistwayModel
import Synchronization

/// Keeps a login that a host has refused from being tried again within a minute, whoever wants to: promotions,
/// discovery and surveys share it, and hosts lock an account after a few wrong passwords.
///
/// A login that no repository of the host has taken yet is tried by one request at a time; the others wait for its
/// answer. Where other repositories of the host do take it, a refusal holds for the one repository alone: there it is a
/// matter of rights. May be called concurrently.
package final class LoginGuard: Sendable {
    /// How long a refused login rests.
    package static let rest: Duration = .seconds(60)

    /// A login at a host; `digest` tells logins apart and holds no secret.
    package struct Key: Hashable, Sendable {
        package var host: String
        package var digest: String

        package init(host: String, digest: String) {
            self.host = host
            self.digest = digest
        }
    }

    package enum Outcome: Sendable, Equatable {
        /// The host took the login.
        case accepted
        /// It did not; its words.
        case refused(String)
        /// It cannot be told: the host failed, or was not reached.
        case unknown
    }

    /// What a host said when it refused a login.
    package struct Refusal: Sendable, Equatable {
        package var words: String
        package var until: Timestamp
    }

    private struct Standing {
        /// Repositories that took the login since it was last refused where it had been taken.
        var takenBy: Set<String> = []
        /// By repository; under the empty name for the whole host.
        var refusals: [String: Refusal] = [:]
        var isTried = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let clock: any WallClock
    private let standings = Mutex<[Key: Standing]>([:])

    package init(clock: any WallClock) {
        self.clock = clock
    }

    /// Lets a request with the login go, or gives the refusal that is still fresh.
    ///
    /// Each call that gives `nil` is followed by one of ``leave(_:for:_:)``.
    ///
    /// - Parameter waits: whether to wait while another request finds out if the login is taken.
    package func enter(_ key: Key, for repository: String, waits: Bool = true) async -> Refusal? {
        while true {
            let now = clock.now()
            let (refusal, mustWait) = standings.withLock { standings -> (Refusal?, Bool) in
                var standing = standings[key] ?? Standing()
                // A clock that was set back must not make the rest longer.
                standing.refusals = standing.refusals.filter {
                    $0.value.until > now && $0.value.until - now <= Self.rest
                }
                defer { standings[key] = standing }
                if let refusal = standing.refusals[""] ?? standing.refusals[repository] { return (refusal, false) }
                guard waits, standing.takenBy.isEmpty else { return (nil, false) }
                if standing.isTried { return (nil, true) }
                standing.isTried = true
                return (nil, false)
            }
            guard mustWait else { return refusal }
            await withCheckedContinuation { continuation in
                let isStillTried = standings.withLock { standings in
                    guard standings[key]?.isTried == true else { return false }
                    standings[key]?.waiting.append(continuation)
                    return true
                }
                if !isStillTried { continuation.resume() }
            }
        }
    }

    package func leave(_ key: Key, for repository: String, _ outcome: Outcome) {
        let until = clock.now() + Self.rest
        let waiting = standings.withLock { standings in
            var standing = standings[key] ?? Standing()
            switch outcome {
            case .accepted:
                standing.takenBy.insert(repository)
                standing.refusals[repository] = nil
                standing.refusals[""] = nil
            case .refused(let words):
                let refusal = Refusal(words: words, until: until)
                // A repository that took it once: the login itself has changed at the host.
                if standing.takenBy.remove(repository) != nil { standing.takenBy = [] }
                standing.refusals[standing.takenBy.isEmpty ? "" : repository] = refusal
            case .unknown: break
            }
            let waiting = standing.waiting
            standing.waiting = []
            standing.isTried = false
            standings[key] = standing
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
