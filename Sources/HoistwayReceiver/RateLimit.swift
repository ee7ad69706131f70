import NIOCore
import Synchronization

/// A token bucket: `perSecond` tokens a second, and at most that many at once.
final class RateLimit: Sendable {
    private struct State {
        var tokens: Double
        var filledAt: NIODeadline
    }

    let perSecond: Int
    private let state: Mutex<State>

    init(perSecond: Int) {
        self.perSecond = perSecond
        state = Mutex(State(tokens: Double(perSecond), filledAt: .now()))
    }

    func takes(at now: NIODeadline) -> Bool {
        state.withLock { state in
            let elapsed = Double((now - state.filledAt).nanoseconds) / 1e9
            if elapsed > 0 {
                state.tokens = min(Double(perSecond), state.tokens + elapsed * Double(perSecond))
                state.filledAt = now
            }
            guard state.tokens >= 1 else { return false }
            state.tokens -= 1
            return true
        }
    }
}
