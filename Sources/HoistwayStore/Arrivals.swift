import HoistwayPorts
import Synchronization

/// Notifies listeners that there is something to decode.
///
/// Several signals that a listener has not taken yet count as one.
final class Arrivals: Sendable {
    private let listeners = Mutex<[AsyncStream<Void>.Continuation]>([])
    /// The first delivery that was retried, and that no reader has listed since.
    private let rewound = Mutex<DeliveryID?>(nil)

    /// The greatest id that this program has committed.
    private let committed = Mutex<DeliveryID?>(nil)

    /// `nil` until the first delivery of this run is committed.
    var newest: DeliveryID? { committed.withLock { $0 } }

    /// Call it after a delivery is committed; ids only grow, and the newest row is never removed.
    func note(_ id: DeliveryID) {
        committed.withLock { $0 = $0.map { max($0, id) } ?? id }
    }

    /// Call it after the commit that resets a delivery, so that it is decided again.
    func rewind(to id: DeliveryID) {
        rewound.withLock { $0 = $0.map { min($0, id) } ?? id }
    }

    /// Returns it once.
    func takeRewound() -> DeliveryID? {
        rewound.withLock { first in
            defer { first = nil }
            return first
        }
    }

    func stream() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        listeners.withLock { $0.append(continuation) }
        return stream
    }

    func announce() {
        listeners.withLock { listeners in
            listeners.removeAll { listener in
                if case .terminated = listener.yield() { true } else { false }
            }
        }
    }

    func finish() {
        listeners.withLock { listeners in
            for listener in listeners { listener.finish() }
            listeners = []
        }
    }
}
