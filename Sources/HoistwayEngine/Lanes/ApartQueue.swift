import HoistwayModel
import Synchronization

/// Promotions that run beside their lanes, since a step of theirs takes its time; the lanes leave them alone.
///
/// Those that ask a cluster have places of their own, for each cluster: one that does not answer keeps nobody else from
/// running.
final class ApartQueue: Sendable {
    /// How many promotions ask one cluster at a time.
    static let maxOfCluster = 4

    private struct Place {
        var project: String
        var cluster: String?
    }

    private struct State {
        /// In the order in which they came.
        var waiting: [(id: PromotionID, place: Place)] = []
        var running: [PromotionID: Place] = [:]

        func isFree(_ place: Place, limit: Int) -> Bool {
            let others = running.values.count { $0.cluster == place.cluster }
            return others < (place.cluster == nil ? limit : maxOfCluster)
        }
    }

    private let state = Mutex(State())

    func holds(_ id: PromotionID) -> Bool {
        state.withLock { $0.running[id] != nil || $0.waiting.contains { $0.id == id } }
    }

    /// - Parameter cluster: the one that the promotion's next step asks; `nil`: none.
    func add(_ id: PromotionID, of project: String, cluster: String? = nil) {
        state.withLock { state in
            guard state.running[id] == nil, !state.waiting.contains(where: { $0.id == id }) else { return }
            state.waiting.append((id, Place(project: project, cluster: cluster)))
        }
    }

    /// The next one to run, of the project that has the fewest running.
    ///
    /// `nil` where `limit` run already and as many at each cluster as may.
    func take(limit: Int) -> PromotionID? {
        state.withLock { state in
            let busy = state.running.values.reduce(into: [:]) { $0[$1.project, default: 0] += 1 }
            let next = state.waiting.indices.filter { state.isFree(state.waiting[$0].place, limit: limit) }.min {
                (busy[state.waiting[$0].place.project] ?? 0, $0) < (busy[state.waiting[$1].place.project] ?? 0, $1)
            }
            guard let next else { return nil }
            let taken = state.waiting.remove(at: next)
            state.running[taken.id] = taken.place
            return taken.id
        }
    }

    /// Takes this one, whatever else runs; `false` where it does not wait.
    func take(_ id: PromotionID) -> Bool {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return false }
            state.running[id] = state.waiting.remove(at: index).place
            return true
        }
    }

    /// From now on its lane takes it.
    func end(_ id: PromotionID) { state.withLock { $0.running[id] = nil } }
}
