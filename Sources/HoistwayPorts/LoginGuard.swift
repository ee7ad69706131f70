package import HoistwayModel
import Synchronization

/// Blocks a login for a minute after a host has refused it.
///
/// Promotions, discovery and surveys share it, because hosts lock an account after a few wrong passwords.
///
/// As long as no repository of the host has accepted a login, one request at a time tries it. The others wait for
/// its result. If other repositories of the host accept the login, a refusal counts for the one repository only: its
/// cause is missing rights. If no repository has accepted it yet, the cause is unknown, and all repositories wait.
/// After that, those that were turned away are tried first, in their order, so that one repository that refuses does
/// not block another for long. May be called concurrently.
package final class LoginGuard: Sendable {
    /// How long a refused login is not tried.
    package static let rest: Duration = .seconds(60)
    /// How long only the repository that has waited longest may try, after ``rest`` is over.
    static let precedence: Duration = .seconds(10)
    /// The most repositories of one login in the queue; others have no place in it.
    fileprivate static let maxQueue = 1000

    /// A login at a host; `digest` separates logins and contains no secret.
    package struct Key: Hashable, Sendable {
        package var host: String
        package var digest: String

        package init(host: String, digest: String) {
            self.host = host
            self.digest = digest
        }
    }

    package enum Outcome: Sendable, Equatable {
        /// The host accepted the login.
        case accepted
        /// The host refused the login, with this message.
        case refused(String)
        /// Neither is certain: the host failed, or was not reached.
        case unknown
    }

    /// Why a request with a login is not sent.
    package struct Refusal: Sendable, Equatable {
        /// The host's message.
        package var words: String
        /// The repository for which the login was refused.
        package var repository: String
        package var at: Timestamp
        /// When the repository that was turned away may try the login.
        package var until: Timestamp
        /// The time from the moment when the repository was turned away to `until`.
        package var pause: Duration

        package init(words: String, repository: String, at: Timestamp, until: Timestamp, pause: Duration) {
            self.words = words
            self.repository = repository
            self.at = at
            self.until = until
            self.pause = pause
        }

        /// The part of a sentence after "… was not asked: "; it must also be correct after `until`, since it is kept
        /// and shown later.
        package var message: String {
            "its login was refused by \(repository) at \(at.rfc3339), and is tried again from \(until.rfc3339) on: "
                + words
        }

        /// Gives the same refusal with each text from other systems changed, for example to hide secrets in it.
        package func changingWords(_ change: (String) -> String) -> Refusal {
            var changed = self
            changed.words = change(words)
            changed.repository = change(repository)
            return changed
        }
    }

    fileprivate struct Denial {
        var words: String
        var repository: String
        var at: Timestamp

        /// A clock that was set back must not make the rest longer.
        func isFresh(at now: Timestamp) -> Bool { at <= now && now < at + LoginGuard.rest }

        func refusal(until: Timestamp, now: Timestamp) -> Refusal {
            Refusal(words: words, repository: repository, at: at, until: until, pause: until - now)
        }
    }

    fileprivate struct Standing {
        /// Repositories that accepted the login; empty again when one of them refuses it.
        var takenBy: Set<String> = []
        /// Denials by repository, for a login that other repositories accept.
        var denials: [String: Denial] = [:]
        /// The last denial of a login that no repository accepts.
        var denial: Denial?
        /// Repositories that were turned away because of `denial`, the first one first.
        var queue: [String] = []
        var isTried = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    fileprivate enum Turn {
        case go
        case wait
        case turnedAway(Refusal)
    }

    private let clock: any WallClock
    private let standings = Mutex<[Key: Standing]>([:])

    package init(clock: any WallClock) {
        self.clock = clock
    }

    /// Allows a request with the login, or gives the reason not to send it.
    ///
    /// After each call that returns `nil`, the caller must call ``leave(_:for:_:)``.
    ///
    /// - Parameter waits: whether to wait while another request finds out whether the login is accepted.
    package func enter(_ key: Key, for repository: String, waits: Bool = true) async -> Refusal? {
        while true {
            let now = clock.now()
            let turn = standings.withLock { standings in
                var standing = standings[key] ?? Standing()
                defer { standings[key] = standing }
                return standing.turn(of: repository, waits: waits, now: now)
            }
            switch turn {
            case .go: return nil
            case .turnedAway(let refusal): return refusal
            case .wait: await answer(of: key)
            }
        }
    }

    /// Waits until the request that tries the login has ended.
    private func answer(of key: Key) async {
        await withCheckedContinuation { continuation in
            let isStillTried = standings.withLock { standings in
                guard standings[key]?.isTried == true else { return false }
                standings[key]?.waiting.append(continuation)
                return true
            }
            if !isStillTried { continuation.resume() }
        }
    }

    /// Allows logins again at once that were refused for a repository, or that it could not try because another
    /// repository refused them: a person asks for this after a correction.
    ///
    /// A login that is refused again is blocked again.
    package func lift(for repository: String) {
        standings.withLock { standings in
            for key in standings.keys { standings[key]?.lift(for: repository) }
        }
    }

    package func leave(_ key: Key, for repository: String, _ outcome: Outcome) {
        let now = clock.now()
        let waiting = standings.withLock { standings in
            var standing = standings[key] ?? Standing()
            standing.note(outcome, of: repository, now: now)
            let waiting = standing.waiting
            standing.waiting = []
            standing.isTried = false
            standings[key] = standing
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

extension LoginGuard.Standing {
    fileprivate mutating func turn(of repository: String, waits: Bool, now: Timestamp) -> LoginGuard.Turn {
        denials = denials.filter { $0.value.isFresh(at: now) }
        if let denial = denials[repository] {
            return .turnedAway(denial.refusal(until: denial.at + LoginGuard.rest, now: now))
        }
        guard takenBy.isEmpty else { return .go }
        if let denial, denial.isFresh(at: now) {
            if repository != denial.repository { enqueue(repository) }
            return .turnedAway(denial.refusal(until: opening(for: repository, after: denial), now: now))
        }
        if waits, isTried { return .wait }
        if let denial, denial.at <= now, let first = queue.first, first != repository {
            let opening = opening(for: repository, after: denial)
            if now < opening {
                enqueue(repository)
                return .turnedAway(denial.refusal(until: opening, now: now))
            }
            // The first repository did not use its time: the one that calls now may try.
            queue.removeFirst()
        }
        queue.removeAll { $0 == repository }
        isTried = isTried || waits
        return .go
    }

    fileprivate mutating func lift(for repository: String) {
        denials[repository] = nil
        guard denial?.repository == repository || queue.contains(repository) else { return }
        denial = nil
        queue = []
    }

    private mutating func enqueue(_ repository: String) {
        if !queue.contains(repository), queue.count < LoginGuard.maxQueue { queue.append(repository) }
    }

    /// When a repository may try: the one that has waited longest right after the rest, the others a little later.
    private func opening(for repository: String, after denial: LoginGuard.Denial) -> Timestamp {
        let isFirst = queue.isEmpty || queue.first == repository
        return denial.at + LoginGuard.rest + (isFirst ? .zero : LoginGuard.precedence)
    }

    fileprivate mutating func note(_ outcome: LoginGuard.Outcome, of repository: String, now: Timestamp) {
        switch outcome {
        case .accepted:
            takenBy.insert(repository)
            denials[repository] = nil
            denial = nil
            queue = []
        case .refused(let words):
            let new = LoginGuard.Denial(words: words, repository: repository, at: now)
            // This repository accepted the login before, so the login itself has changed at the host.
            if takenBy.remove(repository) != nil { takenBy = [] }
            if takenBy.isEmpty { denial = new } else { denials[repository] = new }
        case .unknown: break
        }
    }
}
