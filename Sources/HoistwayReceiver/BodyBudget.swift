import Synchronization

/// Bytes of bodies in memory, over all connections.
final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(limit: Int) {
        self.limit = limit
    }

    var bytes: Int { used.load(ordering: .relaxed) }

    /// `false` where they are too many; then nothing is taken.
    func take(_ count: Int) -> Bool {
        let total = used.add(count, ordering: .relaxed).newValue
        if total <= limit { return true }
        give(count)
        return false
    }

    func give(_ count: Int) {
        used.subtract(count, ordering: .relaxed)
    }
}
