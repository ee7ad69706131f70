import Synchronization

/// Tells whoever listens that there is something to decode.
///
/// Signals that nobody has taken yet are one signal.
final class Arrivals: Sendable {
    private let listeners = Mutex<[AsyncStream<Void>.Continuation]>([])

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
