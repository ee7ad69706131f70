import Synchronization

/// Counts bytes of bodies in memory, over all connections.
final class BodyBudget: Sendable {
    private let limit: Int
    private let used = Atomic<Int>(0)

    init(limit: Int) {
        self.limit = limit
    }

    var bytes: Int { used.load(ordering: .relaxed) }

    /// `false` if there are too many bytes, in all or for one address; then nothing is taken.
    ///
    /// - Parameter largest: the size limit of one body: an address may always have one body, if there is room.
    func take(_ count: Int, for share: PeerShares.Share?, largest: Int) -> Bool {
        let total = used.add(count, ordering: .relaxed).newValue
        let own = share?.bytes.add(count, ordering: .relaxed).newValue ?? 0
        if PeerShares.isFair(own: own, total: total, limit: limit) || (own <= largest && total <= limit) { return true }
        give(count, of: share)
        return false
    }

    func give(_ count: Int, of share: PeerShares.Share?) {
        used.subtract(count, ordering: .relaxed)
        share?.bytes.subtract(count, ordering: .relaxed)
    }
}
