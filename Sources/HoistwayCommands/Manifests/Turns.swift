import Synchronization

/// Runs pieces of work one after the other, in the order of the calls.
final class Turns: Sendable {
    private let last = Mutex<Task<Void, Never>?>(nil)

    /// Runs `work` once everything that came before is over.
    func take<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let task = last.withLock { last in
            let before = last
            let task = Task {
                await before?.value
                return try await work()
            }
            last = Task { _ = await task.result }
            return task
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
