import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayStore

struct WriterTests {
    /// Counts how often answers came, and gives them all once there are enough.
    private final class CountingReply: InboxReply {
        private struct State {
            var calls = 0
            var answers: [UInt64: InboxAnswer] = [:]
        }

        private let state = Mutex(State())
        private let expected: Int
        private let done: CheckedContinuation<(calls: Int, answers: [UInt64: InboxAnswer]), Never>

        init(expected: Int, done: CheckedContinuation<(calls: Int, answers: [UInt64: InboxAnswer]), Never>) {
            self.expected = expected
            self.done = done
        }

        func answered(_ answers: [(ticket: UInt64, answer: InboxAnswer)]) {
            let complete = state.withLock { state -> State? in
                state.calls += 1
                for answer in answers { state.answers[answer.ticket] = answer.answer }
                return state.answers.count == expected ? state : nil
            }
            if let complete { done.resume(returning: (complete.calls, complete.answers)) }
        }
    }

    private func submit(
        _ count: Int,
        to store: SQLiteStore
    ) async -> (calls: Int, answers: [UInt64: InboxAnswer]) {
        await withCheckedContinuation { continuation in
            let reply = CountingReply(expected: count, done: continuation)
            for number in 0..<count {
                store.submit(.sample(body: "\(number) body"), ticket: UInt64(number), reply: reply)
            }
        }
    }

    @Test func `deliveries that wait together share commits and one answer each commit`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        let (calls, answers) = await submit(2000, to: store)
        #expect(answers.count == 2000)
        #expect(calls < 1000)
        let ids = answers.values.compactMap { if case .stored(let id) = $0 { id } else { nil } }
        #expect(Set(ids).count == 2000)
        #expect(try await store.deliveryCounts() == [.received: 2000])
    }

    @Test func `while another program holds the lock deliveries are unavailable, afterwards they are stored`()
        async throws
    {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        let other = try Database(temporary.settings.path)
        try other.run("BEGIN IMMEDIATE")
        let refused = await SingleReply.submit(.sample(body: "a"), to: store)
        #expect(refused == .unavailable(StoreFailure.locked(path: temporary.settings.path).message))
        await #expect(throws: StoreFailure.locked(path: temporary.settings.path)) {
            try await store.commit([], deliveries: [], audit: [])
        }
        try other.run("ROLLBACK")
        #expect(await SingleReply.submit(.sample(body: "a"), to: store) == .stored(DeliveryID(1)))
    }

    @Test func `a full disk refuses the whole batch and leaves nothing of it`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        _ = await SingleReply.submit(.sample(body: "before"), to: store)
        // SQLite's own bound on pages gives the same error as a disk without room.
        let pages: Int = try await store.write("limit") { try $0.value("PRAGMA page_count") ?? 0 }
        try await store.write("limit") { try $0.run("PRAGMA max_page_count = \(pages + 2)") }
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<100_000).map { _ in String(generator.next() as UInt64, radix: 36) }.joined()
        let refused = await SingleReply.submit(.sample(body: noise), to: store)
        #expect(refused == .unavailable(StoreFailure.full(path: temporary.settings.path).message))
        #expect(try await store.deliveryCounts() == [.received: 1])
        try await store.write("limit") { try $0.run("PRAGMA max_page_count = 1000000") }
        guard case .stored = await SingleReply.submit(.sample(body: noise), to: store) else {
            Issue.record("a disk with room again does not take deliveries")
            return
        }
    }

    @Test func `a job that fails does not take its neighbours with it`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        let broken = Task { try await store.write("broken") { try $0.run("INSERT INTO nowhere VALUES (1)") } }
        async let answer = SingleReply.submit(.sample(body: "a"), to: store)
        async let committed: Void = store.commit(PipelineStoreContract.sampleChanges, deliveries: [], audit: [])
        #expect(await answer == .stored(DeliveryID(1)))
        try await committed
        await #expect(throws: StoreFailure.self) { try await broken.value }
    }

    @Test func `a store that is closed answers unavailable`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        store.close()
        guard case .unavailable = await SingleReply.submit(.sample(body: "a"), to: store) else {
            Issue.record("a closed store took a delivery")
            return
        }
    }

    @Test func `too much that waits for the disk is refused at once`() async throws {
        let temporary = try TemporaryStore()
        var settings = temporary.settings
        settings.maxPendingBytes = 4
        let store = try SQLiteStore.open(settings, logger: .quiet)
        defer { store.close() }
        guard case .unavailable = await SingleReply.submit(.sample(body: "a longer body"), to: store) else {
            Issue.record("the bound did not hold")
            return
        }
    }

    @Test func `a damaged body is found and named`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        _ = await SingleReply.submit(.sample(body: "whole"), to: store)
        try await store.write("damage") { try $0.run("UPDATE bodies SET size = 3") }
        await #expect(throws: StoreFailure.self) { try await store.delivery(DeliveryID(1)) }
    }
}
