import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import Testing

@testable import HoistwayStore

/// Nothing in the state grows without a bound.
struct RetentionRuleTests {
    @Test func `every table says how long its rows stay`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        let tables: [String] = try await store.read("listing tables") { database in
            try database.values("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        }
        #expect(tables.count >= 14)
        #expect(Set(tables) == Set(RetentionRule.tables.keys))
    }

    @Test func `what goes with another table names one that there is`() {
        for (table, rule) in RetentionRule.tables {
            if case .goesWith(let other) = rule {
                #expect(RetentionRule.tables[other] != nil, "\(table) goes with \(other)")
            }
        }
    }

    @Test func `rows of a delivery go with it, and leave nothing`() async throws {
        let temporary = try TemporaryStore(retention: Retention(bodies: .zero, maxBodyBytes: 0, history: .zero))
        let store = try temporary.open()
        for number in 1...450 as ClosedRange<Int64> {
            _ = await SingleReply.submit(.sample(body: "body \(number)", at: number), to: store)
            let outcome = DeliveryOutcome(id: DeliveryID(number), state: .done, reason: "r", trace: ["t"])
            try await store.commit([], deliveries: [outcome], audit: [])
        }
        let report = try await store.prune(now: Timestamp(seconds: 1_000))
        // The newest row stays, so that no id is ever given twice.
        #expect(report == PruneReport(bodies: 450, deliveries: 449))
        for (table, left) in ["deliveries": 1, "bodies": 0, "traces": 1] {
            let count: Int? = try await store.read("counting") { try $0.value("SELECT count(*) FROM \(table)") }
            #expect(count == left, "\(table)")
        }
    }
}
