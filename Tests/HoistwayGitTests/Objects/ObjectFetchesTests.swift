import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayGit

/// One fetch for all who wait, for as long as somebody does.
struct ObjectFetchesTests {
    private static let id = ObjectID(String(repeating: "1", count: 40)) ?? .zero

    @Test func `who is cancelled does not wait for a server that says nothing`() async throws {
        let fetches = ObjectFetches()
        let ended = Mutex(false)
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let waiting = Task {
            try await fetches.need([Self.id]) { (_: [ObjectID]) async throws(GitFailure) in
                signal.yield()
                // Until it is cancelled.
                try? await Task.sleep(for: .seconds(600))
                ended.withLock { $0 = true }
            }
        }
        for await _ in started { break }
        waiting.cancel()
        _ = await waiting.result
        #expect(ended.withLock { $0 })
    }

    @Test func `a fetch goes on while another one waits for it`() async throws {
        let fetches = ObjectFetches()
        let (started, signal) = AsyncStream.makeStream(of: Void.self)
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let isCut = Mutex(false)
        let fetch: @Sendable ([ObjectID]) async throws(GitFailure) -> Void = { _ in
            signal.yield()
            for await _ in gate { break }
            isCut.withLock { $0 = Task.isCancelled }
        }
        let first = Task { try await fetches.need([Self.id], fetch) }
        for await _ in started { break }
        let second = Task { try await fetches.need([Self.id], fetch) }
        try await eventually("two who wait") { await fetches.waiting(for: Self.id) == 2 }
        first.cancel()
        try await eventually("one who waits") { await fetches.waiting(for: Self.id) == 1 }
        open.yield()
        try await second.value
        #expect(!isCut.withLock { $0 })
    }
}
