import Synchronization

/// The keys of what is running, so that nothing begins twice.
final class RunningSet<Key: Hashable & Sendable>: Sendable {
    private let keys = Mutex<Set<Key>>([])

    /// False if it is already running.
    func begin(_ key: Key) -> Bool { keys.withLock { $0.insert(key).inserted } }

    func contains(_ key: Key) -> Bool { keys.withLock { $0.contains(key) } }

    func end(_ key: Key) { keys.withLock { _ = $0.remove(key) } }
}
