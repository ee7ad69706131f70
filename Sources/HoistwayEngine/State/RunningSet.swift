import Synchronization

/// What runs at present, so that nothing is begun twice.
final class RunningSet<Key: Hashable & Sendable>: Sendable {
    private let keys = Mutex<Set<Key>>([])

    /// False where it runs already.
    func begin(_ key: Key) -> Bool { keys.withLock { $0.insert(key).inserted } }

    func contains(_ key: Key) -> Bool { keys.withLock { $0.contains(key) } }

    func end(_ key: Key) { keys.withLock { _ = $0.remove(key) } }
}
