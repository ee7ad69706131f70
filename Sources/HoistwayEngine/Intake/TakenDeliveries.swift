import HoistwayPorts
import Synchronization

/// The deliveries that are being decided: only one task decides each.
///
/// A delivery is taken before it is read, so that the reader sees all earlier decisions.
final class TakenDeliveries: Sendable {
    private let ids = Mutex<Set<DeliveryID>>([])

    /// False if another task has it.
    func take(_ id: DeliveryID) -> Bool { ids.withLock { $0.insert(id).inserted } }

    var count: Int { ids.withLock(\.count) }

    func release(_ id: DeliveryID) { ids.withLock { _ = $0.remove(id) } }
}
