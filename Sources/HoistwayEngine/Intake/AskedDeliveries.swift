import HoistwayModel
import HoistwayPorts
import Synchronization

/// The deliveries whose questions are being asked at present: each once at a time, and not too many in all.
final class AskedDeliveries: Sendable {
    /// How many may wait for answers; then nothing more is taken out of the inbox until one has its answer.
    static let limit = 256

    private let ids = Mutex<Set<DeliveryID>>([])
    private let ended = Bell()

    /// False where it is being asked for already.
    func begin(_ id: DeliveryID) -> Bool { ids.withLock { $0.insert(id).inserted } }

    func end(_ id: DeliveryID) {
        ids.withLock { _ = $0.remove(id) }
        ended.ring()
    }

    /// Returns when there is room for more, or at cancellation.
    func room() async {
        while !Task.isCancelled {
            let seen = ended.rings
            guard ids.withLock({ $0.count >= Self.limit }) else { return }
            await ended.wait(since: seen)
        }
    }
}
