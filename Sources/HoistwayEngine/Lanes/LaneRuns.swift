import HoistwayModel
import Synchronization

/// Which promotions are running in lanes, and how lanes push.
final class LaneRuns: Sendable {
    private struct State {
        /// Promotions that have begun and have not ended or paused.
        var underway: Set<PromotionID> = []
        /// Lanes whose promotions are pushed one by one, since the server refused the objects of several together.
        var pushedAlone: Set<LaneKey> = []
    }

    private let state = Mutex(State())

    /// Records that these promotions run; returns the others that run.
    func noteBeginning(of ids: [PromotionID]) -> Set<PromotionID> {
        state.withLock { state in
            let others = state.underway.subtracting(ids)
            state.underway.formUnion(ids)
            return others
        }
    }

    func noteEnd(of ids: [PromotionID]) { state.withLock { $0.underway.subtract(ids) } }

    /// Whether the promotions of a lane are pushed one by one, until all waiting ones were pushed.
    func pushesAlone(_ lane: LaneKey) -> Bool { state.withLock { $0.pushedAlone.contains(lane) } }
    func pushAlone(_ lane: LaneKey) { state.withLock { _ = $0.pushedAlone.insert(lane) } }
    func pushTogether(_ lane: LaneKey) { state.withLock { _ = $0.pushedAlone.remove(lane) } }
}
