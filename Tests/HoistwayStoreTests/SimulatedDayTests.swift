import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import Synchronization
import Testing

@testable import HoistwayStore

/// A day of deliveries with retention: what comes and what goes are the same after some hours.
///
/// The large version, with the whole program, is `scripts/bench --section day`.
struct SimulatedDayTests {
    private static let hours = 24
    private static let deliveriesOfHour = 150
    private static let retention = Retention(bodies: .seconds(2 * 3600), history: .seconds(6 * 3600))

    /// What the file holds after an hour.
    private struct Held {
        var rows: [String: Int] = [:]
        var pages = 0
        var freePages = 0
    }

    @Test func `rows and pages do not grow once as much goes as comes`() async throws {
        let temporary = try TemporaryStore(retention: Self.retention)
        let store = try temporary.open()
        var held: [Held] = []
        for hour in 0..<Self.hours {
            let ids = await Self.receive(hour, in: store)
            #expect(ids.count == Self.deliveriesOfHour)
            let outcomes = ids.map { DeliveryOutcome(id: $0, state: .done, reason: "r", trace: ["one", "two"]) }
            try await store.commit([], deliveries: outcomes, audit: [])
            _ = try await store.prune(now: Timestamp(seconds: Int64((hour + 1) * 3600)))
            held.append(try await Self.held(in: store))
        }
        let noon = held[Self.hours / 2 - 1]
        for later in held[(Self.hours * 3 / 4)...] {
            #expect(later.rows == noon.rows)
            #expect(Double(later.pages) <= Double(noon.pages) * 1.1, "\(later.pages) pages, \(noon.pages) at noon")
            #expect(later.freePages < later.pages / 2)
        }
        #expect(noon.rows["deliveries"] == Self.deliveriesOfHour * 6)
        #expect(noon.rows["bodies"] == Self.deliveriesOfHour * 2)
        // Keys that are not in the table yet are in memory.
        #expect(noon.rows["seen"] ?? 0 <= Self.deliveriesOfHour * 6 * 2)
        #expect(noon.rows["traces"] == Self.deliveriesOfHour * 6)
        // What was added up in 24 rounds is what there is.
        let bytes: Int64 = try await store.read("adding up") {
            try $0.value("SELECT sum(stored_bytes) FROM deliveries") ?? 0
        }
        #expect(store.bodyCount.withLock(\.bytes) == bytes && bytes > 0)
    }

    /// Deliveries of one hour, which share commits; gives the ids of those that were stored.
    private static func receive(_ hour: Int, in store: SQLiteStore) async -> [DeliveryID] {
        await withTaskGroup(of: DeliveryID?.self) { group in
            for number in 0..<deliveriesOfHour {
                group.addTask {
                    // Nothing that can be compressed.
                    let noise = (0..<100).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }.joined()
                    let delivery = IncomingDelivery.sample(
                        body: "\(hour) \(number) " + noise,
                        senderID: "\(hour)-\(number)",
                        at: Int64(hour * 3600)
                    )
                    guard case .stored(let id) = await SingleReply.submit(delivery, to: store) else { return nil }
                    return id
                }
            }
            var ids: [DeliveryID] = []
            for await id in group { if let id { ids.append(id) } }
            return ids
        }
    }

    private static func held(in store: SQLiteStore) async throws -> Held {
        try await store.read("counting") { database in
            var held = Held()
            for table in ["deliveries", "bodies", "seen", "traces"] {
                held.rows[table] = try database.value("SELECT count(*) FROM \(table)") ?? 0
            }
            held.pages = try database.value("PRAGMA page_count") ?? 0
            held.freePages = try database.value("PRAGMA freelist_count") ?? 0
            return held
        }
    }
}
