import HoistwayModel
import HoistwayPorts
import Synchronization

/// When the first of the deliveries that wait for an answer is due: the store is asked only if that may have changed.
///
/// Only the intake decides deliveries, so it sees each new next try. A delivery that is retried no longer waits; until
/// that is noticed, the stored time is too early, which costs one question.
final class NextDueDelivery: Sendable {
    private struct State {
        /// `nil`: the store must be asked.
        var known: Known?
        /// Grows with each next try that is recorded.
        var changes = 0
    }

    private struct Known {
        /// `nil`: no delivery is waiting.
        var first: Timestamp?
    }

    private let state = Mutex(State())

    /// Records what was just stored about a delivery's subscriptions.
    func note(_ decisions: [SubscriptionDecision]) {
        let waiting = decisions.filter { $0.state == .waiting }
        guard !waiting.isEmpty else { return }
        let first = waiting.compactMap(\.nextTry).min()
        state.withLock { state in
            state.changes += 1
            // A waiting delivery without a time is due at once: the store finds it.
            guard let known = state.known, let first else {
                state.known = nil
                return
            }
            state.known = Known(first: known.first.map { min($0, first) } ?? first)
        }
    }

    /// Whether some may be due; after that the store is asked for the next time.
    func isDue(_ now: Timestamp, in store: any StateStore) async throws(StoreFailure) -> Bool {
        let isUnknown = state.withLock { $0.known == nil }
        if !isUnknown {
            guard let next = try await next(in: store), NextTry.isDue(next, now: now) else { return false }
        }
        state.withLock { $0.known = nil }
        return true
    }

    /// `nil`: no delivery is waiting.
    func next(in store: any StateStore) async throws(StoreFailure) -> Timestamp? {
        let (known, seen) = state.withLock { ($0.known, $0.changes) }
        if let known { return known.first }
        let first = try await store.nextDeliveryTry()
        state.withLock { state in
            // A time recorded in between may not have been stored when the store answered.
            if state.changes == seen { state.known = Known(first: first) }
        }
        return first
    }
}
