import Dispatch
import Synchronization

/// Passes pieces of a stream from a task that waits for the network to a thread that blocks, one at a time.
///
/// One task writes and one thread reads.
final class ChunkPipe: Sendable {
    private struct State {
        var chunk: [UInt8]?
        var isEnded = false
        var isClosed = false
        /// Resumed when its piece is taken, or the reader has ended.
        var writer: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())
    private let ready = DispatchSemaphore(value: 0)

    /// Waits until the piece is taken; `false`: the reader wants no more.
    func put(_ chunk: [UInt8]) async -> Bool {
        await withCheckedContinuation { continuation in
            let isClosed = state.withLock { state in
                guard !state.isClosed else { return true }
                state.chunk = chunk
                state.writer = continuation
                return false
            }
            if isClosed { continuation.resume(returning: false) } else { ready.signal() }
        }
    }

    /// Ends the stream, even before its expected end.
    func end() {
        state.withLock { $0.isEnded = true }
        ready.signal()
    }

    /// The next piece; blocks until it arrives.
    ///
    /// `nil`: the stream has ended.
    func take() -> [UInt8]? {
        ready.wait()
        let (chunk, writer) = state.withLock { state in
            defer {
                state.chunk = nil
                state.writer = nil
            }
            return (state.chunk, state.writer)
        }
        writer?.resume(returning: true)
        // Later calls must find the end too.
        if chunk == nil { ready.signal() }
        return chunk
    }

    /// The reader wants no more.
    func close() {
        let writer = state.withLock { state in
            state.isClosed = true
            state.chunk = nil
            defer { state.writer = nil }
            return state.writer
        }
        writer?.resume(returning: false)
    }
}
