package import HoistwayModel
import Synchronization

/// Keeps a login that a host has refused from being tried again within a minute, whoever wants to: promotions,
/// discovery and surveys share it, and hosts lock an account after a few wrong passwords.
///
/// A login that no repository of the host has taken yet is tried by one request at a time; the others wait for its
/// answer. Where other repositories of the host do take it, a refusal holds for the one repository alone: there it is a
/// matter of rights. Where none has taken it yet, nobody knows which of the two it is, and all wait; then those that
/// were turned away are asked first, in their order, so that one repository that refuses holds up no other for long. May
/// be called concurrently.
package final class LoginGuard: Sendable {
    /// How long a refused login rests.
    package static let rest: Duration = .seconds(60)
    /// How long the repository that has waited longest is let go first, once the rest is over.
    static let precedence: Duration = .seconds(10)
    /// Repositories of one login that have a place in the queue; others are asked as it comes.
    fileprivate static let maxQueue = 1000

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

    /// Why a request with a login is not sent.
    package struct Refusal: Sendable, Equatable {
        /// What the host said.
        package var words: String
        /// Which repository the login was refused for, and when.
        package var repository: String
        package var at: Timestamp
        /// When the login may be tried for the repository that was turned away.
        package var until: Timestamp
        /// From the moment at which it was turned away until then.
        package var pause: Duration

        package init(words: String, repository: String, at: Timestamp, until: Timestamp, pause: Duration) {
            self.words = words
            self.repository = repository
            self.at = at
            self.until = until
            self.pause = pause
        }

        /// The part of a sentence behind "… was not asked: "; as true after `until` as before, since it is kept and shown
        /// later.
        package var message: String {
            "its login was refused by \(repository) at \(at.rfc3339), and is tried again from \(until.rfc3339) on: "
                + words
        }

        /// The same with every text that may come from outside changed.
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
        /// Repositories that took the login since it was last refused where it had been taken.
        var takenBy: Set<String> = []
        /// By repository, of a login that others take.
        var denials: [String: Denial] = [:]
        /// The last one of a login that nobody takes.
        var denial: Denial?
        /// Repositories that were turned away because of it, the first one first.
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

    /// Lets a request with the login go, or says why it is not sent.
    ///
    /// Each call that gives `nil` is followed by one of ``leave(_:for:_:)``.
    ///
    /// - Parameter waits: whether to wait while another request finds out if the login is taken.
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

    /// Lets logins be tried at once that were refused for a repository, or kept from it by the refusal of another one: a
    /// person who has mended them asks for that.
    ///
    /// What is refused again rests again.
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
            // It has not come: whoever comes is asked.
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

    /// When a repository may be asked: the one that has waited longest as soon as the rest is over, others a little later.
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
            // A repository that took it once: the login itself has changed at the host.
            if takenBy.remove(repository) != nil { takenBy = [] }
            if takenBy.isEmpty { denial = new } else { denials[repository] = new }
        case .unknown: break
        }
    }
}
