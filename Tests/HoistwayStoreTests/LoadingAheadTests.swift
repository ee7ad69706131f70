import HoistwayModel
import HoistwayPorts
import Synchronization
import Testing

@testable import HoistwayStore

/// A start reads the state while it reads manifests.
struct LoadingAheadTests {
    private static let first = WarehouseRecord(key: WarehouseKey(project: "shop", name: "first"))
    private static let second = WarehouseRecord(key: WarehouseKey(project: "shop", name: "second"))

    @Test func `the state that was read ahead is the one that is loaded, and it is kept no longer`() async throws {
        let temporary = try TemporaryStore()
        try await temporary.open().commit([.putWarehouse(Self.first)], deliveries: [], audit: [])
        let store = try temporary.open()
        store.beginLoading()
        let begun = store.ahead.withLock { $0 }
        let reading = try #require(begun)
        #expect(try await store.load() == reading.value)
        let isKept = store.ahead.withLock { $0 != nil }
        #expect(!isKept)
        #expect(try await store.load().warehouses.count == 1)
    }

    @Test func `what is committed after the reading began is loaded too`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        store.beginLoading()
        let begun = store.ahead.withLock { $0 }
        _ = try await begun?.value
        try await store.commit([.putWarehouse(Self.second)], deliveries: [], audit: [])
        #expect(try await store.load().warehouses.count == 1)
    }
}
