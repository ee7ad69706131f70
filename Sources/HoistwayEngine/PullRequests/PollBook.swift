import HoistwayModel
import Synchronization

/// When the pull requests of which repository are looked at again, and how often a host may still be asked.
///
/// Nothing of it is stored: after a start each repository is looked at soon.
final class PollBook: Sendable {
    /// The pull requests of one repository, as one project reaches them.
    struct Group: Hashable, Sendable {
        var project: String
        var repository: RepositoryIdentity
        var provider: String?
        var insecureSkipTLSVerify: Bool

        init(_ wait: PullRequestWait, project: String) {
            self.project = project
            repository = RepositoryIdentity(wait.repository)
            provider = wait.provider
            insecureSkipTLSVerify = wait.insecureSkipTLSVerify
        }
    }

    /// How often one host is looked at for one project at most; more repositories are looked at less often.
    ///
    /// With what is saved up, never more than 60 within an hour.
    static let perHour = 55
    /// Between two looks at one repository, where no manifest wants more; up to a quarter is added by chance.
    static let interval: Duration = .seconds(120)
    /// The longest pause after looks that failed.
    static let longest: Duration = .seconds(1800)
    /// The longest that a first look is put off after a start.
    private static let firstSpread: Duration = .seconds(5)
    /// Looks that a host has saved up at most.
    private static let burst = 5.0

    private struct State {
        var due: [Group: Timestamp] = [:]
        var failures: [Group: Int] = [:]
        /// Until when all that has happened to the pull requests that are waited for is known.
        var known: [Group: Timestamp] = [:]
        var allowances: [ForgePlace: RequestAllowance] = [:]
    }

    private let state = Mutex(State())

    /// Those that are due, most overdue first; others are forgotten.
    func due(_ groups: Set<Group>, now: Timestamp, random: () -> UInt64) -> [Group] {
        state.withLock { state in
            state.due = state.due.filter { groups.contains($0.key) }
            state.failures = state.failures.filter { groups.contains($0.key) }
            state.known = state.known.filter { groups.contains($0.key) }
            for group in groups where state.due[group] == nil {
                state.due[group] = now + Self.firstSpread * (Double(random() % 1000) / 1000)
            }
            return state.due.filter { $0.value <= now }.sorted { ($0.value, $0.key.order) < ($1.value, $1.key.order) }
                .map(\.key)
        }
    }

    /// - Parameter least: what the manifests want.
    func looked(at group: Group, now: Timestamp, least: Duration, random: () -> UInt64) {
        let spread = 1 + Double(random() % 1000) / 4000
        state.withLock { state in
            state.failures[group] = nil
            state.due[group] = now + max(Self.interval, least) * spread
        }
    }

    /// Until when the looks so far leave nothing unknown; `nil`: there was no such look.
    func known(_ group: Group) -> Timestamp? { state.withLock { $0.known[group] } }
    func know(_ group: Group, until now: Timestamp) { state.withLock { $0.known[group] = now } }

    /// - Parameter pause: how long the host asked to wait.
    func failed(at group: Group, now: Timestamp, pause: Duration?, random: () -> UInt64) {
        let spread = 1 + Double(random() % 1000) / 4000
        state.withLock { state in
            let failures = (state.failures[group] ?? 0) + 1
            state.failures[group] = failures
            let usual = min(Self.interval * (1 << min(failures, 10)), Self.longest)
            state.due[group] = now + max(usual, pause ?? .zero) * spread
        }
    }

    /// Whether one more request may be sent now; it counts.
    func mayAsk(_ place: ForgePlace, now: Timestamp) -> Bool {
        state.withLock { state in
            let fresh = RequestAllowance(perHour: Self.perHour, burst: Self.burst, first: 1, now: now)
            return state.allowances[place, default: fresh].take(now)
        }
    }
}

extension PollBook.Group {
    fileprivate var order: String { "\(project) \(repository.text) \(provider ?? "")" }
}
