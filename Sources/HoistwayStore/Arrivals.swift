import HoistwayPorts
import Synchronization

/// Tells whoever listens that there is something to decode.
///
/// Signals that nobody has taken yet are one signal.
final class Arrivals: Sendable {
    private let listeners = Mutex<[AsyncStream<Void>.Continuation]>([])
    /// The first of those that were driven again and that nobody has listed since.
    private let rewound = Mutex<DeliveryID?>(nil)

    /// To be called once it is committed that a delivery is to be decided again.
    func rewind(to id: DeliveryID) {
        rewound.withLock { $0 = $0.map { min($0, id) } ?? id }
    }

    /// Gives it once.
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
