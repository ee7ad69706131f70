import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import Testing

@testable import HoistwayStore

struct KnownTagRowsTests {
    private static let key = SubscriptionKey(
        warehouse: WarehouseKey(project: "p", name: "w"),
        subscription: "image registry.example/app"
    )

    private static func record(_ state: PipelineState) -> SubscriptionRecord {
        state.subscriptions[key] ?? SubscriptionRecord(key: key, updatedAt: Timestamp(seconds: 1))
    }

    /// Remembers the tags one after the other, each in a commit of its own, as events do.
    private static func remember(_ numbers: Range<Int>, in state: inout PipelineState, _ store: SQLiteStore)
        async throws
    {
        for number in numbers {
            var record = record(state)
            record.remember(tag: "1.0.\(number)", digest: "sha256:\(number)")
            try await store.commit([.putSubscription(record)], deliveries: [], audit: [])
            state.apply(.putSubscription(record))
        }
    }

    /// Of the writer's connection since it was opened.
    private static func written(_ store: SQLiteStore) async throws -> Int {
        try await store.write("counting") { try $0.value("SELECT total_changes()") ?? 0 }
    }

    @Test func `an event about a subscription with many tags writes two rows, and a restart knows all tags`()
        async throws
    {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        var state = PipelineState()
        try await Self.remember(0..<400, in: &state, store)
        let before = try await Self.written(store)
        try await Self.remember(400..<401, in: &state, store)
        // The record and the tag.
        #expect(try await Self.written(store) - before == 2)
        store.close()
        let again = try await temporary.open().load()
        #expect(again == state)
        #expect(again.subscriptions[Self.key]?.digest(of: "1.0.17") == "sha256:17")
    }

    @Test func `the rows of a subscription never become more than it remembers`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        var state = PipelineState()
        try await Self.remember(0..<(KnownTags.most + 120), in: &state, store)
        let rows: Int = try await store.read("counting") { try $0.value("SELECT count(*) FROM known_tags") ?? 0 }
        #expect(rows == state.subscriptions[Self.key]?.knownTags.count && rows <= KnownTags.most)
        #expect(try await store.load() == state)
    }

    @Test func `a change that is refused leaves the rows as they were, and the next one writes all that is missing`()
        async throws
    {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        var state = PipelineState()
        try await Self.remember(0..<3, in: &state, store)
        var lost = Self.record(state)
        lost.remember(tag: "lost", digest: "sha256:lost")
        await #expect(throws: (any Error).self) {
            try await store.write("failing") { [lost] database in
                try KnownTagRows(lost.knownTags, of: RecordAddress(Self.key).key).perform(database)
                throw SQLiteFailure.damaged("on purpose")
            }
        }
        #expect(try await store.load() == state)
        try await Self.remember(3..<4, in: &state, store)
        #expect(try await store.load() == state)
    }
}
