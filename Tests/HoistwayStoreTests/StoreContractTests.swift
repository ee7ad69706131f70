import HoistwayPorts
import HoistwayTestKit
import Testing

struct StoreContractTests {
    static let checks = InboxStoreContract.checks + PipelineStoreContract.checks

    @Test(arguments: checks)
    func `SQLite keeps what the port promises`(_ check: StoreCheck) async throws {
        let store = try TemporaryStore()
        try await check.run { try store.open() }
    }

    @Test(arguments: checks)
    func `the store in memory keeps what the port promises`(_ check: StoreCheck) async throws {
        let store = InMemoryStateStore()
        try await check.run { store }
    }
}
