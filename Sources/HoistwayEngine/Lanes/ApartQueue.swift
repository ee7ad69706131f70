import HoistwayModel
import Synchronization

/// Promotions that run beside their lanes, since a step of theirs takes its time; the lanes leave them alone.
final class ApartQueue: Sendable {
    private struct State {
        /// In the order in which they came.
        var waiting: [(id: PromotionID, project: String)] = []
        var running: [PromotionID: String] = [:]
    }

    private let state = Mutex(State())

    func holds(_ id: PromotionID) -> Bool {
        state.withLock { $0.running[id] != nil || $0.waiting.contains { $0.id == id } }
    }

    func add(_ id: PromotionID, of project: String) {
        state.withLock { state in
            guard state.running[id] == nil, !state.waiting.contains(where: { $0.id == id }) else { return }
            state.waiting.append((id, project))
        }
    }

    /// The next one to run, of the project that has the fewest running; `nil` where `limit` run already.
    func take(limit: Int) -> PromotionID? {
        state.withLock { state in
            guard state.running.count < limit else { return nil }
            let busy = state.running.values.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            let next = state.waiting.indices.min {
                (busy[state.waiting[$0].project] ?? 0, $0) < (busy[state.waiting[$1].project] ?? 0, $1)
            }
            guard let next else { return nil }
            let taken = state.waiting.remove(at: next)
            state.running[taken.id] = taken.project
            return taken.id
        }
    }

    /// Takes this one, whatever else runs; `false` where it does not wait.
    func take(_ id: PromotionID) -> Bool {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return false }
            state.running[id] = state.waiting.remove(at: index).project
            return true
        }
    }

    /// From now on its lane takes it.
    func end(_ id: PromotionID) { state.withLock { $0.running[id] = nil } }
}
