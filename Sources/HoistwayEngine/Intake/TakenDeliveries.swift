import HoistwayPorts
import Synchronization

/// The deliveries that somebody is at work on: each is decided by one at a time.
///
/// A delivery is taken before it is read, so that what is read holds all that was decided before.
final class TakenDeliveries: Sendable {
    private let ids = Mutex<Set<DeliveryID>>([])

    /// False where somebody else has it.
    func take(_ id: DeliveryID) -> Bool { ids.withLock { $0.insert(id).inserted } }

    var count: Int { ids.withLock(\.count) }

    func release(_ id: DeliveryID) { ids.withLock { _ = $0.remove(id) } }
}
