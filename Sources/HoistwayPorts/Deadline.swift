/// The work did not end within its time limit.
package struct DeadlineExceeded: Error {}

package enum Deadline {
    /// Runs work for at most `limit`, then cancels it and throws ``DeadlineExceeded``.
    ///
    /// The work must end when it is cancelled.
    package static func within<Value: Sendable>(
        _ limit: Duration,
        _ work: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw DeadlineExceeded()
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
