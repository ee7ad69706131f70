import Synchronization

/// Counts up, and knows which number was given last and not used yet.
final class Counter: Sendable {
    private let state = Mutex((given: 0, used: 0))

    func next() -> Int {
        state.withLock { state in
            state.given += 1
            return state.given
        }
    }

    /// Whether a text ends with the number given last, once.
    func isFresh(_ text: String) -> Bool {
        state.withLock { state in
            guard text.hasSuffix("t\(state.given)"), state.used < state.given else { return false }
            state.used = state.given
            return true
        }
    }
}
