import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import Logging
import Testing

@testable import HoistwayStore

/// Ended promotions that a program of schema 8 has written whole among the records, and that this one moves.
struct PromotionMoveTests {
    /// A database as that program has left it: each of its promotions is a record, three of four have ended.
    private static func former(_ count: Int) throws -> (temporary: TemporaryStore, promotions: [PromotionRecord]) {
        let temporary = try TemporaryStore()
        try SQLiteStore.open(temporary.settings, logger: .quiet, migrations: Array(Schema.migrations.prefix(8))).close()
        let database = try Database(temporary.settings.path)
        let promotions = (0..<count).map { number in
            var record = PipelineStoreContract.sampleEnded
            record.id = PromotionID("test.\(1_000_000 + number).f00")
            record.message = "number \(number)"
            if number % 4 == 0 { record.phase = .running }
            return record
        }
        try database.transaction {
            for record in promotions {
                let value = try JSONEncoder().encode(record)
                try database.run("INSERT INTO records VALUES ('promotion', ?, ?)", record.id.text, value)
            }
        }
        return (temporary, promotions)
    }

    private static func state(_ promotions: [PromotionRecord]) -> PipelineState {
        var state = PipelineState()
        for record in promotions { state.apply(.putPromotion(record)) }
        return state
    }

    private struct StandingClock: WallClock {
        func now() -> Timestamp { Timestamp(seconds: 1_900_000_000) }
        func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }
    }

    /// Rows among the records, and in each of the two tables.
    private static func rows(_ store: SQLiteStore) async throws -> [Int] {
        try await store.read("counting") { database in
            try ["records", "ended_promotions", "promotion_details"].map {
                try database.value("SELECT count(*) FROM \($0)") ?? 0
            }
        }
    }

    private static func expect(_ promotions: [PromotionRecord], in store: SQLiteStore) async throws {
        #expect(try await store.load() == state(promotions))
        #expect(try await store.promotions(promotions.map(\.id)) == promotions)
    }

    @Test func `each is there before, between and after the slices, and open ones stay where they are`() async throws {
        let (temporary, promotions) = try Self.former(400)
        let store = try temporary.open()
        #expect(try await Self.rows(store) == [400, 0, 0])
        try await Self.expect(promotions, in: store)
        let first = try await store.former(after: "")
        #expect(try await store.move(first).count > 0)
        try await Self.expect(promotions, in: store)
        #expect(try await store.move(first).count == 0, "what is moved is not moved again")
        let path = temporary.settings.path
        #expect(try StateInspection.report(on: path).promotionsToMove == 300 - first.ended.count)
        await store.moveEndedPromotions(clock: StandingClock())
        #expect(try await Self.rows(store) == [100, 300, 300])
        try await Self.expect(promotions, in: store)
        let report = try StateInspection.report(on: path)
        #expect(report.promotionsToMove == 0 && report.promotions == ["Running": 100, "Failed": 300])
        #expect(!report.problems.contains { $0.contains("row") })
        try await Self.expect(promotions, in: temporary.open())
    }

    @Test func `killed between two slices or within one, the next start goes on`() async throws {
        let (temporary, promotions) = try Self.former(400)
        let store = try temporary.open()
        var cursor = ""
        for _ in 0..<2 {
            let slice = try await store.former(after: cursor)
            _ = try await store.move(slice)
            cursor = try #require(slice.last)
        }
        let moved = try await Self.rows(store)[1]
        #expect(moved > 0 && moved < 300)
        // The files as a process leaves them that is killed here, and those of one that is killed within a slice.
        let killed = try TemporaryStore()
        try Self.copy(temporary, to: killed)
        store.close()
        let cut = try TemporaryStore()
        let database = try Database(temporary.settings.path)
        try database.runScript("PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM records")
        try Self.copy(temporary, to: cut)
        try database.run("ROLLBACK")
        for left in [killed, cut] {
            let next = try left.open()
            #expect(try await Self.rows(next)[1] == moved)
            try await Self.expect(promotions, in: next)
            await next.moveEndedPromotions(clock: StandingClock())
            #expect(try await Self.rows(next) == [100, 300, 300])
            try await Self.expect(promotions, in: next)
        }
    }

    private static func copy(_ from: TemporaryStore, to target: TemporaryStore) throws {
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: from.settings.path + suffix) {
            try FileManager.default.copyItem(atPath: from.settings.path + suffix, toPath: target.settings.path + suffix)
        }
    }

    @Test func `what was changed, ended or removed after a slice was read stays so`() async throws {
        let (temporary, promotions) = try Self.former(8)
        let store = try temporary.open()
        let slice = try await store.former(after: "")
        var changed = promotions[1]
        changed.message = "found out later"
        var ended = promotions[0]
        ended.phase = .aborted
        let changes = [.putPromotion(changed), .putPromotion(ended), .removePromotion(promotions[2].id)] as [Change]
        try await store.commit(changes, deliveries: [], audit: [])
        #expect(try await store.move(slice).count == slice.ended.count - 2)
        try await Self.expect([ended, changed] + promotions.dropFirst(3), in: store)
        #expect(try await store.promotions([promotions[2].id]) == [])
    }

    /// Makes room on the disk as soon as somebody waits for it.
    private struct RoomMaker: WallClock {
        let store: SQLiteStore
        let before: @Sendable () async throws -> Void

        func now() -> Timestamp { Timestamp(seconds: 1_900_000_000) }

        func sleep(for duration: Duration) async throws {
            try await before()
            try await store.write("room") { try $0.run("PRAGMA max_page_count = 1000000") }
        }
    }

    @Test func `on a full disk the move stops and says so, and goes on when there is room`() async throws {
        let (temporary, promotions) = try Self.former(400)
        let log = CollectedLog()
        let store = try SQLiteStore.open(temporary.settings, logger: log.logger)
        defer { store.close() }
        _ = try await store.move(store.former(after: ""))
        let moved = try await Self.rows(store)[1]
        let clock = RoomMaker(store: store) {
            #expect(store.moveProgress == nil)
            #expect(try await Self.rows(store)[1] < 300)
            try await Self.expect(promotions, in: store)
        }
        // SQLite's own bound on pages gives the same error as a disk without room.
        try await store.write("limit") { database in
            let pages: Int = try database.value("PRAGMA page_count") ?? 0
            try database.run("PRAGMA max_page_count = \(pages)")
        }
        await store.moveEndedPromotions(clock: clock)
        #expect(moved < 300)
        let warnings = log.lines(.warning).filter { $0.contains("could not be moved; it is tried again") }
        #expect(warnings.count == 1, "\(log.lines(.warning))")
        #expect(try await Self.rows(store) == [100, 300, 300])
        try await Self.expect(promotions, in: store)
    }

    @Test func `how far it is can be asked while it moves`() async throws {
        let (temporary, _) = try Self.former(1_000)
        let store = try temporary.open()
        async let moved: Void = store.moveEndedPromotions(clock: StandingClock())
        var seen: [MoveProgress] = []
        while try await Self.rows(store)[1] < 750 {
            if let progress = store.moveProgress { seen.append(progress) }
        }
        await moved
        #expect(!seen.isEmpty && seen.allSatisfy { $0.count == 1_000 && $0.seen > 0 && $0.seen <= 1_000 })
        #expect(store.moveProgress == nil)
    }

    @Test func `deliveries are stored between the slices`() async throws {
        let (temporary, _) = try Self.former(1_000)
        let store = try temporary.open()
        async let moved: Void = store.moveEndedPromotions(clock: StandingClock())
        for number in 1...40 as ClosedRange<Int64> {
            let answer = await SingleReply.submit(.sample(body: "body \(number)", at: number), to: store)
            #expect(answer == .stored(DeliveryID(number)))
        }
        await moved
        #expect(try await Self.rows(store) == [250, 750, 750])
    }

    @Test func `a backup of the former form is restored, with what was open ended`() async throws {
        let (temporary, promotions) = try Self.former(8)
        // The restore pauses this stage. That is no aborted promotion.
        let stage = StageRecord(key: StageKey(project: "shop", name: "quiet"))
        try Database(temporary.settings.path).run(
            "INSERT INTO records VALUES ('stage', ?, ?)",
            RecordAddress(stage.key).key,
            try JSONEncoder().encode(stage)
        )
        // Without the freight of what is open, the backup would be damaged.
        for case .putFreight(let freight) in PipelineStoreContract.sampleChanges {
            try Database(temporary.settings.path).run(
                "INSERT INTO records VALUES ('freight', ?, ?)",
                RecordAddress(freight.key).key,
                try JSONEncoder().encode(freight)
            )
        }
        let restored = try TemporaryStore()
        let now = Timestamp(seconds: 1_900_000_000)
        let outcome = try StateRestore.restore(temporary.settings.path, to: restored.settings.path, now: now)
        #expect(outcome.aborted == 2)
        let store = try restored.open()
        await store.moveEndedPromotions(clock: StandingClock())
        // The freight and the stage are left of the records.
        #expect(try await Self.rows(store) == [2, 8, 8])
        let state = try await store.load()
        #expect(state.promotions.count == 8 && state.promotions[promotions[0].id]?.phase == .aborted)
        #expect(state.promotions[promotions[1].id] == .ended(EndedPromotion(promotions[1])))
    }

    @Test func `an ended promotion without one of its rows is a problem`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        try await store.commit([.putPromotion(PipelineStoreContract.sampleEnded)], deliveries: [], audit: [])
        #expect(try StateInspection.report(on: temporary.settings.path).problems == [])
        store.close()
        let path = temporary.settings.path
        try Database(path).run("DELETE FROM promotion_details")
        let id = PipelineStoreContract.sampleEnded.id
        #expect(try StateInspection.report(on: path).problems == ["one of the two rows of promotion \(id) is missing"])
    }
}
