import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import Testing

@testable import HoistwayStore

/// A state of the last version that kept no results of steps (schema 2), opened by this one.
struct StepResultsUpgradeTests {
    /// As that version has written it: no field of a step says that it has acted.
    private static let promotion = #"""
        {"id":"test.01m8jy1h2y47rpg6ex26837ryt.d63c017","stage":{"project":"shop","name":"test"},"freight":"d63c017",
         "mode":"promote","collection":{"app":"d63c017"},"actor":{"automatic":{}},"reason":"newest","phase":"Running",
         "message":"waits","attempts":1,"createdAt":1795592780265426,"startedAt":1795592780265426,
         "nextTry":1795592785265426,
         "steps":[{"uses":"git-push","alias":"step-1","continueOnError":false,"errorThreshold":1,
           "config":{"map":{"_0":{"path":{"string":{"_0":"./out"}}}}},"place":{"file":"p.yaml","line":6,"path":""}}],
         "stepRecords":[{"uses":"git-push","alias":"step-1","status":"Running","errorCount":1,"message":"down"}],
         "branches":[]}
        """#
    private static let id = PromotionID("test.01m8jy1h2y47rpg6ex26837ryt.d63c017")
    private static let result = StepResult(alias: "step-1", outputs: ["commit": .string("abc")])

    /// A database of schema 2 with one promotion.
    private static func secondSchema() async throws -> TemporaryStore {
        let temporary = try TemporaryStore()
        try SQLiteStore.open(temporary.settings, logger: .quiet, migrations: Array(Schema.migrations.prefix(2))).close()
        let database = try Database(temporary.settings.path)
        #expect(try Schema.version(database) == 2)
        try database.run("INSERT INTO records VALUES ('promotion', ?, CAST(? AS BLOB))", id.text, promotion)
        return temporary
    }

    private static func expectMigrated(_ store: SQLiteStore) async throws {
        let state = try await store.load()
        let record = try #require(state.openPromotion(id))
        #expect(record.phase == .running && record.attempts == 1 && record.stepRecords.map(\.errorCount) == [1])
        #expect(record.runNumber == nil && record.abortedBy == nil && !record.hasActed)
        #expect(try await store.stepResults(of: id) == [])
        try await store.commit([.putStepResults(id, [result])], deliveries: [], audit: [])
        #expect(try await store.stepResults(of: id) == [result])
    }

    @Test func `promotions of schema 2 are there, have no results yet, and get some`() async throws {
        let temporary = try await Self.secondSchema()
        try await Self.expectMigrated(temporary.open())
        // The copy that was made before is a state of schema 2, with all that there was.
        let copy = try Database(temporary.settings.path + ".schema-2")
        #expect(try Schema.version(copy) == 2)
        #expect(try !copy.hasTable("step_results"))
        #expect(try copy.value("SELECT count(*) FROM records") == 1)
    }

    @Test func `an upgrade that was cut off begins again at the next start, and nothing is lost`() async throws {
        let temporary = try await Self.secondSchema()
        let path = temporary.settings.path
        let killed = try TemporaryStore()
        let database = try Database(path)
        // A cache of one page: what is written reaches the log before the end of the transaction.
        try database.runScript("PRAGMA cache_size = 1; BEGIN IMMEDIATE")
        try database.runScript(Schema.migrations[2].sql)
        try database.run("INSERT INTO schema_version VALUES (3, 'now')")
        let filler = String(repeating: "x", count: 20_000)
        for number in 0..<20 {
            try database.run("INSERT INTO step_results VALUES (?, CAST(? AS BLOB))", "p\(number)", filler)
        }
        // The files as a process leaves them that is killed here.
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: killed.settings.path + suffix)
        }
        try database.run("ROLLBACK")
        let log = try Data(contentsOf: URL(filePath: killed.settings.path + "-wal"))
        #expect(log.count > 100_000, "the log holds what was written before the kill")
        // So does a copy that was cut off.
        try Data("half a copy".utf8).write(to: URL(filePath: killed.settings.path + ".schema-2"))
        try await Self.expectMigrated(killed.open())
        #expect(try Schema.version(Database(killed.settings.path + ".schema-2")) == 2)
    }

    @Test func `a state of a later schema is refused, and the refusal says what to do`() async throws {
        let temporary = try TemporaryStore()
        let known = Schema.migrations.last?.version ?? 0
        let later = Schema.migrations + [Migration(version: known + 1, sql: "CREATE TABLE later (id INTEGER)")]
        try SQLiteStore.open(temporary.settings, logger: .quiet, migrations: later).close()
        do {
            _ = try temporary.open()
            Issue.record("it was opened")
        } catch let failure as StoreFailure {
            #expect(
                failure.message.contains("written by a newer version (schema \(known + 1); this one knows \(known))")
            )
            #expect(failure.hint == "run the newer version, or restore the copy that was made before it migrated")
            #expect(failure.retry == .never)
        }
    }
}
