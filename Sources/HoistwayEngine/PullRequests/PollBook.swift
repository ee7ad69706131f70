import HoistwayModel
import Synchronization

/// When each repository's pull requests are looked at again, and how many requests each host may still get.
///
/// It is kept in memory only: after a start each repository is looked at soon.
final class PollBook: Sendable {
    /// The pull requests of one repository for one project.
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

    /// The most requests to one host for one project in an hour; with more repositories, each is looked at less often.
    ///
    /// With the saved requests, there are never more than 60 in an hour.
    static let perHour = 55
    /// The pause between two looks at one repository, unless a manifest requests a longer one; up to a quarter is added
    /// at random.
    static let interval: Duration = .seconds(120)
    /// The longest pause after looks that failed.
    static let longest: Duration = .seconds(1800)
    /// The longest random delay of a first look after a start.
    private static let firstSpread: Duration = .seconds(5)
    /// The most requests that are saved up for a host.
    private static let burst = 5.0

    private struct State {
        var due: [Group: Timestamp] = [:]
        var failures: [Group: Int] = [:]
        /// The time up to which all changes of the awaited pull requests are known.
        var known: [Group: Timestamp] = [:]
        var allowances: [ForgePlace: RequestAllowance] = [:]
    }

    private let state = Mutex(State())

    /// Groups that are due, the most overdue first; forgets groups that are not in `groups`.
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

    /// - Parameter least: the shortest pause that the manifests request.
    func looked(at group: Group, now: Timestamp, least: Duration, random: () -> UInt64) {
        let spread = 1 + Double(random() % 1000) / 4000
        state.withLock { state in
            state.failures[group] = nil
            state.due[group] = now + max(Self.interval, least) * spread
        }
    }

    /// The time up to which the looks have shown all changes; `nil`: there was no complete look.
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

    /// Whether one more request may be sent now; the request is counted.
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
