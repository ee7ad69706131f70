import Dispatch
import Synchronization

/// Connections that only read, each with its own queue.
///
/// Safe to use from any task. Each read sees the state at one moment, even during a write. Connections are opened when
/// needed, and stay open.
package final class Readers: Sendable {
    private typealias Work = @Sendable (Reader) -> Void

    private struct State {
        var free: [Reader] = []
        var made = 0
        /// Work that waits for a reader, in order.
        var waiting: [Work] = []
        var isClosed = false
    }

    /// A former server may have left a log that the first connection must read: it rarely takes more than a second.
    private static let lockPatience: Duration = .seconds(10)

    private let path: String
    private let most: Int
    private let state = Mutex(State())

    package init(_ path: String, most: Int) {
        self.path = path
        self.most = most
    }

    /// Cancelling the task does not end it.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = hand { [path] reader in
                continuation.resume(with: Result { try reader.read(path, Self.lockPatience, body) })
            }
            if !isTaken { continuation.resume(throwing: ConnectionClosed()) }
        }
    }

    /// Refuses later work; running and waiting reads continue to their end.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            state.free = []
        }
    }

    private func hand(_ work: @escaping Work) -> Bool {
        let (isTaken, reader) = state.withLock { state -> (Bool, Reader?) in
            guard !state.isClosed else { return (false, nil) }
            if let free = state.free.popLast() { return (true, free) }
            guard state.made == most else {
                state.made += 1
                return (true, Reader())
            }
            state.waiting.append(work)
            return (true, nil)
        }
        if let reader { start(work, reader) }
        return isTaken
    }

    private func start(_ work: @escaping Work, _ reader: Reader) {
        reader.queue.async { [self] in
            work(reader)
            let next = state.withLock { state -> Work? in
                if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                if !state.isClosed { state.free.append(reader) }
                return nil
            }
            if let next { start(next, reader) }
        }
    }
}

/// `@unchecked Sendable`: the connection is used only on `queue`.
private final class Reader: @unchecked Sendable {
    let queue = DispatchQueue(label: "hoistway.read")
    private var database: Database?

    func read<Value>(
        _ path: String,
        _ lockPatience: Duration,
        _ body: (Database) throws -> Value
    ) throws -> Value {
        let database = try database ?? open(path, lockPatience)
        return try database.transaction(.deferred) { try body(database) }
    }

    private func open(_ path: String, _ lockPatience: Duration) throws -> Database {
        let opened = try Database(path, .init(isReadOnly: true, lockPatience: lockPatience))
        // It reads pending rows once: SQLite's usual cache of 2 MB would only use memory.
        try opened.run("PRAGMA cache_size = -256")
        database = opened
        return opened
    }
}
