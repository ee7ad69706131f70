import HoistwayModel
import Synchronization

/// The pull requests in events that arrived while promotions looked at them: those promotions look again.
///
/// It is kept in memory only.
final class PullRequestNews: Sendable {
    /// Above this number of events during one look, every pull request counts as changed.
    private static let maxEvents = 1000

    private struct Look {
        var events: [(event: PullRequestEvent, projects: [String]?)] = []
        var isUnknown = false
    }

    private let looks = Mutex<[PromotionID: Look]>([:])

    /// From now on events are recorded for this promotion, until its look has ended.
    func beginLook(_ id: PromotionID) { looks.withLock { $0[id] = Look() } }

    func endLook(_ id: PromotionID) { looks.withLock { $0[id] = nil } }

    /// - Parameter projects: the projects of the event's receiver; `nil`: all.
    func note(_ event: PullRequestEvent, projects: [String]?) {
        looks.withLock { looks in
            for id in looks.keys {
                guard looks[id]?.events.count ?? 0 < Self.maxEvents else {
                    looks[id]?.isUnknown = true
                    continue
                }
                looks[id]?.events.append((event, projects))
            }
        }
    }

    /// Whether an event has named this pull request since the look began.
    func hasChanged(of record: PromotionRecord) -> Bool {
        guard let wait = record.awaitedPullRequest else { return false }
        return looks.withLock { looks in
            guard let look = looks[record.id] else { return false }
            return look.isUnknown
                || look.events.contains { event, projects in
                    wait.concerns(event) && projects.map { $0.contains(record.stage.project) } ?? true
                }
        }
    }
}
