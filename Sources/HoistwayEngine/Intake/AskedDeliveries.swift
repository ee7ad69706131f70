import HoistwayModel
import HoistwayPorts
import Synchronization

/// The deliveries whose questions are being asked at present: each is asked for once at a time.
final class AskedDeliveries: Sendable {
    private let ids = Mutex<Set<DeliveryID>>([])

    /// False where it is being asked for already.
    func begin(_ id: DeliveryID) -> Bool { ids.withLock { $0.insert(id).inserted } }
    func end(_ id: DeliveryID) { ids.withLock { _ = $0.remove(id) } }
}
