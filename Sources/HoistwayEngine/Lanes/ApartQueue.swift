import HoistwayModel
import HoistwaySteps
import Synchronization

/// Promotions that run outside their lanes, since one of their steps may take long; the lanes skip them.
///
/// Steps that ask a cluster have separate places for each cluster. Steps that ask about pull requests have them for
/// each project. So a server that does not answer blocks nobody else.
final class ApartQueue: Sendable {
    /// How many promotions may ask one cluster, or about the pull requests of one project, at one time.
    static let maxOfAsked = 4

    private struct Entry {
        var project: String
        var place: StepPlace
    }

    private struct State {
        /// In the order in which they were added.
        var waiting: [(id: PromotionID, entry: Entry)] = []
        var running: [PromotionID: Entry] = [:]

        func isFree(_ place: StepPlace, limit: Int) -> Bool {
            let others = running.values.count { $0.place == place }
            return others < (place == .general ? limit : maxOfAsked)
        }
    }

    private let state = Mutex(State())

    func holds(_ id: PromotionID) -> Bool {
        state.withLock { $0.running[id] != nil || $0.waiting.contains { $0.id == id } }
    }

    /// The kind of place that a running promotion holds; `nil`: it does not run.
    func place(of id: PromotionID) -> StepPlace? { state.withLock { $0.running[id]?.place } }

    /// A promotion that runs already keeps its place to the end of its run: its lane then finds what it needs next.
    ///
    /// - Parameter place: the place that the promotion's next step needs.
    func add(_ id: PromotionID, of project: String, at place: StepPlace = .general) {
        state.withLock { state in
            guard state.running[id] == nil, !state.waiting.contains(where: { $0.id == id }) else { return }
            state.waiting.append((id, Entry(project: project, place: place)))
        }
    }

    /// The next one to run, from the project with the fewest running promotions.
    ///
    /// `nil` if `limit` are running and each other place is full, or no promotion waits.
    func take(limit: Int) -> PromotionID? {
        state.withLock { state in
            let busy = state.running.values.reduce(into: [:]) { $0[$1.project, default: 0] += 1 }
            let next = state.waiting.indices.filter { state.isFree(state.waiting[$0].entry.place, limit: limit) }.min {
                (busy[state.waiting[$0].entry.project] ?? 0, $0) < (busy[state.waiting[$1].entry.project] ?? 0, $1)
            }
            guard let next else { return nil }
            let taken = state.waiting.remove(at: next)
            state.running[taken.id] = taken.entry
            return taken.id
        }
    }

    /// Takes this one, even if all places are full; `false` if it is not waiting.
    func take(_ id: PromotionID) -> Bool {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.id == id }) else { return false }
            state.running[id] = state.waiting.remove(at: index).entry
            return true
        }
    }

    /// From now on its lane runs it.
    func end(_ id: PromotionID) { state.withLock { $0.running[id] = nil } }
}
