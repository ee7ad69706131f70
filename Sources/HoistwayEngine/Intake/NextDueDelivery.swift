import HoistwayModel
import HoistwayPorts
import Synchronization

/// When the first of the deliveries that wait for an answer is due: the store is asked only where that may have changed.
///
/// All outcomes of deliveries are decided by the intake, so that it knows of each new next try. What was driven again
/// waits no more; until it is noticed, an earlier time than needed is kept, which costs one question.
final class NextDueDelivery: Sendable {
    private struct State {
        /// `nil`: the store is to be asked.
        var known: Known?
        /// Grows with each next try that is noted.
        var changes = 0
    }

    private struct Known {
        /// `nil`: no delivery waits.
        var first: Timestamp?
    }

    private let state = Mutex(State())

    /// What has just been stored of a delivery's subscriptions.
    func note(_ decisions: [SubscriptionDecision]) {
        let waiting = decisions.filter { $0.state == .waiting }
        guard !waiting.isEmpty else { return }
        let first = waiting.compactMap(\.nextTry).min()
        state.withLock { state in
            state.changes += 1
            // A waiting one without a time is due at once: the store finds it.
            guard let known = state.known, let first else {
                state.known = nil
                return
            }
            state.known = Known(first: known.first.map { min($0, first) } ?? first)
        }
    }

    /// Whether some may be due; from then on the store is asked for what comes next.
    func isDue(_ now: Timestamp, in store: any StateStore) async throws(StoreFailure) -> Bool {
        let isUnknown = state.withLock { $0.known == nil }
        if !isUnknown {
            guard let next = try await next(in: store), NextTry.isDue(next, now: now) else { return false }
        }
        state.withLock { $0.known = nil }
        return true
    }

    /// `nil`: none waits.
    func next(in store: any StateStore) async throws(StoreFailure) -> Timestamp? {
        let (known, seen) = state.withLock { ($0.known, $0.changes) }
        if let known { return known.first }
        let first = try await store.nextDeliveryTry()
        state.withLock { state in
            // What was noted meanwhile may not have been stored when the store answered.
            if state.changes == seen { state.known = Known(first: first) }
        }
        return first
    }
}
