import Synchronization

/// What runs at present, so that nothing is begun twice, and not too much at once.
final class RunningSet<Key: Hashable & Sendable>: Sendable {
    private let keys = Mutex<Set<Key>>([])
    private let limit: Int

    init(atMost limit: Int = .max) {
        self.limit = limit
    }

    /// False where it runs already, or as many others do as may.
    func begin(_ key: Key) -> Bool {
        keys.withLock { keys in keys.count < limit && keys.insert(key).inserted }
    }

    func contains(_ key: Key) -> Bool { keys.withLock { $0.contains(key) } }

    func end(_ key: Key) { keys.withLock { _ = $0.remove(key) } }
}
