import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import Testing

@testable import HoistwayStore

struct RetentionTests {
    private let day: Int64 = 86_400

    /// Deliveries of ten days, one a day, numbered from 1.
    private func fill(_ store: SQLiteStore, state: DeliveryState = .done) async throws {
        for number in 1...10 as ClosedRange<Int64> {
            _ = await SingleReply.submit(.sample(body: "body \(number)", at: number * day), to: store)
            let outcome = DeliveryOutcome(id: DeliveryID(number), state: state, reason: "r", trace: ["t"])
            try await store.commit([], deliveries: [outcome], audit: [])
        }
    }

    @Test func `bodies go after their days, the rest of a delivery stays`() async throws {
        let temporary = try TemporaryStore(retention: Retention(bodies: .seconds(3 * 86_400)))
        let store = try temporary.open()
        try await fill(store)
        let report = try await store.prune(now: Timestamp(seconds: 10 * day))
        #expect(report == PruneReport(bodies: 6))
        #expect(try await store.delivery(DeliveryID(6))?.body == [])
        #expect(try await store.delivery(DeliveryID(7))?.body == Array("body 7".utf8))
        #expect(try await store.deliveryCounts() == [.done: 10])
    }

    @Test func `the oldest bodies go where there are too many bytes`() async throws {
        let temporary = try TemporaryStore(retention: Retention(maxBodyBytes: 0))
        let store = try temporary.open()
        try await fill(store)
        #expect(try await store.prune(now: Timestamp(seconds: 10 * day)).bodies == 10)
    }

    @Test func `what still needs work is kept whatever its age`() async throws {
        let retention = Retention(bodies: .zero, maxBodyBytes: 0, history: .zero)
        let temporary = try TemporaryStore(retention: retention)
        let store = try temporary.open()
        try await fill(store, state: .waiting)
        #expect(try await store.prune(now: Timestamp(seconds: 1000 * day)) == PruneReport())
        #expect(try await store.deliveryCounts() == [.waiting: 10])
    }

    @Test func `a replay is known long after the body is gone`() async throws {
        let temporary = try TemporaryStore(retention: Retention(bodies: .seconds(86_400)))
        let store = try temporary.open()
        try await fill(store)
        _ = try await store.prune(now: Timestamp(seconds: 100 * day))
        let again = await SingleReply.submit(.sample(body: "body 1", senderID: "new"), to: store)
        #expect(again == .duplicate(of: DeliveryID(1), requeued: false))
    }

    @Test func `a failed one whose body is gone is stored anew when it comes again`() async throws {
        let temporary = try TemporaryStore(retention: Retention(bodies: .zero))
        let store = try temporary.open()
        try await fill(store, state: .failed)
        _ = try await store.prune(now: Timestamp(seconds: 100 * day))
        #expect(try await store.requeueDeliveries(nil) == 0)
        let again = await SingleReply.submit(.sample(body: "body 1"), to: store)
        #expect(again == .stored(DeliveryID(11)))
    }

    @Test func `deliveries are forgotten after the history's time, and no id is given twice`() async throws {
        let temporary = try TemporaryStore(retention: Retention(bodies: .zero, history: .seconds(5 * 86_400)))
        var store = try temporary.open()
        try await fill(store)
        #expect(try await store.prune(now: Timestamp(seconds: 100 * day)).deliveries == 9)
        #expect(try await store.trace(of: DeliveryID(1)) == [])
        store = try temporary.open()
        #expect(await SingleReply.submit(.sample(body: "body 1"), to: store) == .stored(DeliveryID(11)))
    }

    @Test func `more rows than a slice holds are all removed`() async throws {
        let temporary = try TemporaryStore(retention: Retention(bodies: .zero, history: .zero))
        let store = try temporary.open()
        for number in 1...450 { _ = await SingleReply.submit(.sample(body: "\(number) body"), to: store) }
        let outcomes = (1...450).map { DeliveryOutcome(id: DeliveryID($0), state: .done, reason: "r") }
        try await store.commit([], deliveries: outcomes, audit: [])
        let report = try await store.prune(now: Timestamp(seconds: 2_000_000_000))
        #expect(report == PruneReport(bodies: 450, deliveries: 449))
    }

    @Test func `what was refused does not push out what was done`() async throws {
        let temporary = try TemporaryStore(retention: Retention(maxAuditRecords: 2, maxRefusals: 3))
        let store = try temporary.open()
        func note(_ detail: String, _ outcome: AuditOutcome? = nil) async throws {
            let record = AuditRecord(
                at: Timestamp(seconds: 1),
                actor: "ann",
                action: "promote",
                detail: detail,
                outcome: outcome
            )
            try await store.commit([], deliveries: [], audit: [record])
        }
        for number in 1...3 { try await note("done \(number)") }
        for number in 1...20 { try await note("refused \(number)", .refused) }
        #expect(try await store.prune(now: Timestamp(seconds: 2)).auditRecords == 18)
        #expect(
            try await store.audit(limit: 10).map(\.detail)
                == ["refused 20", "refused 19", "refused 18", "done 3", "done 2"]
        )
    }

    @Test func `the audit trail keeps its newest records`() async throws {
        let temporary = try TemporaryStore(retention: Retention(maxAuditRecords: 2))
        let store = try temporary.open()
        for number in 1...5 {
            let record = AuditRecord(at: Timestamp(seconds: 1), actor: "ann", action: "hold", detail: "\(number)")
            try await store.commit([], deliveries: [], audit: [record])
        }
        #expect(try await store.prune(now: Timestamp(seconds: 2)).auditRecords == 3)
        #expect(try await store.audit(limit: 10).map(\.detail) == ["5", "4"])
    }
}

/// I11: a clock that is set back.
struct ClockRetentionTests {
    private let day: Int64 = 86_400

    @Test func `what came after a young delivery is young, whatever the clock said when it came`() async throws {
        let retention = Retention(bodies: .seconds(3 * 86_400), history: .seconds(3 * 86_400))
        let temporary = try TemporaryStore(retention: retention)
        let store = try temporary.open()
        // Days of receipt: the clock was ten days behind for three deliveries, and ahead for none.
        let days: [Int64] = [20, 28, 18, 19, 18, 30]
        for (number, received) in days.enumerated() {
            _ = await SingleReply.submit(.sample(body: "body \(number)", at: received * day), to: store)
            let outcome = DeliveryOutcome(id: DeliveryID(Int64(number) + 1), state: .done, reason: "r")
            try await store.commit([], deliveries: [outcome], audit: [])
        }
        let first = try await store.prune(now: Timestamp(seconds: 30 * day))
        #expect(first == PruneReport(bodies: 1, deliveries: 1))
        #expect(try await store.delivery(DeliveryID(3))?.body == Array("body 2".utf8))
        // The one before is gone, and so is its body; those behind it are as old as it was.
        let second = try await store.prune(now: Timestamp(seconds: 32 * day))
        #expect(second == PruneReport(bodies: 4, deliveries: 4))
        let order = try await store.deliveries(state: nil, before: nil, limit: 10).map(\.id.number)
        #expect(order == [6])
    }

    @Test func `a delivery whose elder has lost its body is as young as that one`() async throws {
        let temporary = try TemporaryStore(retention: Retention(bodies: .seconds(3 * 86_400), maxBodyBytes: 1 << 20))
        let store = try temporary.open()
        for (number, received) in [28, 18].enumerated() {
            _ = await SingleReply.submit(.sample(body: "body \(number)", at: Int64(received) * day), to: store)
            let outcome = DeliveryOutcome(id: DeliveryID(Int64(number) + 1), state: .done, reason: "r")
            try await store.commit([], deliveries: [outcome], audit: [])
            if number == 0 { try await store.removeBody(of: DeliveryID(1)) }
        }
        #expect(try await store.prune(now: Timestamp(seconds: 30 * day)).bodies == 0)
        #expect(try await store.prune(now: Timestamp(seconds: 32 * day)).bodies == 1)
    }
}

extension SQLiteStore {
    fileprivate func removeBody(of id: DeliveryID) async throws {
        try await write("removing a body") { database in
            try database.run("DELETE FROM bodies WHERE delivery = ?", id.number)
        }
    }
}
