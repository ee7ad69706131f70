import Synchronization

/// Waits for a task that continues even if nobody waits for it any longer.
///
/// `await task.value` alone would block a cancelled waiter until the task has ended.
final class Awaited<Value: Sendable>: Sendable {
    private enum State {
        case empty
        case waiting(CheckedContinuation<Value, Never>)
        case given(Value)
    }

    private let state = Mutex(State.empty)

    private init() {}

    static func value(of task: Task<Value, Never>, ifCancelled fallback: Value) async -> Value {
        let awaited = Awaited()
        Task { awaited.give(await task.value) }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { awaited.wait($0) }
        } onCancel: {
            awaited.give(fallback)
        }
    }

    /// Only the first value is used.
    private func give(_ value: Value) {
        let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
            switch state {
            case .empty:
                state = .given(value)
                return nil
            case .waiting(let waiter):
                state = .given(value)
                return waiter
            case .given: return nil
            }
        }
        waiter?.resume(returning: value)
    }

    private func wait(_ waiter: CheckedContinuation<Value, Never>) {
        let value = state.withLock { state -> Value? in
            guard case .given(let value) = state else {
                state = .waiting(waiter)
                return nil
            }
            return value
        }
        if let value { waiter.resume(returning: value) }
    }
}
