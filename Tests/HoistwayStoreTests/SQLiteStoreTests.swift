import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayStore

struct SQLiteStoreTests {
    private static var present: Int { Schema.migrations.last?.version ?? 0 }

    @Test func `the writer syncs every commit`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        #expect(try await store.writerSynchronous() == 2)
        let mode: String? = try await store.read("reading") { try $0.value("PRAGMA journal_mode") }
        #expect(mode == "wal")
    }

    @Test func `a commit that need not be on the disk is not synced, but shares a sync where another one needs it`()
        async throws
    {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        func level(_ durability: Durability) async throws -> Int? {
            try await store.write("reading PRAGMA synchronous", durability) { try $0.value("PRAGMA synchronous") }
        }
        #expect(try await level(.program) == 1)
        #expect(try await level(.program) == 1)
        #expect(try await level(.disk) == 2)
        #expect(!store.isBehind)
        #expect(try await level(.program) == 1)
        // Nothing else comes: the writer itself sees to it.
        try await eventually("what was written is brought to the disk") { !store.isBehind }
        // A delivery is on the disk before its sender is told.
        #expect(try await level(.program) == 1)
        _ = await SingleReply.submit(.sample(body: "kept"), to: store)
        #expect(!store.isBehind)
    }

    @Test func `what was committed for the program alone is found by the next one`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        let record = StageRecord(key: StageKey(project: "shop", name: "test"))
        try await store.commit([.putStage(record)], deliveries: [], audit: [], durability: .program)
        #expect(try await store.load().stages[record.key] == record)
        store.close()
        let second = try temporary.open()
        #expect(try await second.load().stages[record.key] == record)
    }

    @Test func `a second serve on the same state is refused`() throws {
        let temporary = try TemporaryStore()
        let first = try temporary.open()
        #expect(throws: StoreFailure.inUse(path: temporary.settings.path)) {
            try SQLiteStore.open(temporary.settings, logger: .quiet)
        }
        first.close()
        let second = try SQLiteStore.open(temporary.settings, logger: .quiet)
        second.close()
    }

    @Test func `a state of a newer version is refused and left alone`() throws {
        let temporary = try TemporaryStore()
        let newer = Schema.migrations + [Migration(version: Self.present + 1, sql: "CREATE TABLE later (id INTEGER)")]
        try SQLiteStore.open(temporary.settings, logger: .quiet, migrations: newer).close()
        #expect(
            throws: StoreFailure.newerSchema(
                path: temporary.settings.path,
                found: Self.present + 1,
                known: Self.present
            )
        ) {
            try SQLiteStore.open(temporary.settings, logger: .quiet)
        }
        #expect(
            throws: StoreFailure.newerSchema(
                path: temporary.settings.path,
                found: Self.present + 1,
                known: Self.present
            )
        ) {
            try SQLiteStore.openReadOnly(temporary.settings, logger: .quiet)
        }
    }

    @Test func `an older state is copied before it is migrated`() async throws {
        let temporary = try TemporaryStore()
        let old = try temporary.open()
        _ = await SingleReply.submit(.sample(body: "kept"), to: old)
        old.close()
        let newer = Schema.migrations + [Migration(version: Self.present + 1, sql: "CREATE TABLE later (id INTEGER)")]
        let migrated = try SQLiteStore.open(temporary.settings, logger: .quiet, migrations: newer)
        #expect(try await migrated.delivery(DeliveryID(1)) != nil)
        migrated.close()
        var settings = temporary.settings
        settings.path += ".schema-\(Self.present)"
        let copy = try SQLiteStore.open(settings, logger: .quiet)
        #expect(try await copy.delivery(DeliveryID(1)) != nil)
        copy.close()
    }

    @Test func `a migration that fails changes nothing`() throws {
        let temporary = try TemporaryStore()
        try temporary.open().close()
        let broken =
            Schema.migrations + [Migration(version: Self.present + 1, sql: "CREATE TABLE later (id INTEGER); NONSENSE")]
        #expect(throws: StoreFailure.self) {
            try SQLiteStore.open(temporary.settings, logger: .quiet, migrations: broken)
        }
        try temporary.open().close()
    }

    @Test func `a dry run reads beside a running server and writes nothing`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        let reader = try SQLiteStore.openReadOnly(temporary.settings, logger: .quiet)
        defer { reader.close() }
        try await store.commit(PipelineStoreContract.sampleChanges, deliveries: [], audit: [])
        #expect(try await reader.load() == store.load())
        await #expect(throws: StoreFailure.self) {
            try await reader.commit([], deliveries: [], audit: [])
        }
        guard case .unavailable = await SingleReply.submit(.sample(body: "a"), to: reader) else {
            Issue.record("a store opened for reading took a delivery")
            return
        }
    }

    @Test func `a database that others may not read`() throws {
        let temporary = try TemporaryStore()
        try temporary.open().close()
        let attributes = try FileManager.default.attributesOfItem(atPath: temporary.settings.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func `a body that is damaged keeps no other delivery from being read`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        for body in ["first", "second"] { _ = await SingleReply.submit(.sample(body: body), to: store) }
        store.close()
        try Database(temporary.settings.path).run("UPDATE bodies SET bytes = x'00' WHERE delivery = 1")
        let opened = try temporary.open()
        let bounds = PendingBounds(count: 9, bytes: 1 << 20)
        let ids = try await opened.pending(.received(after: DeliveryID(0)), limit: 9)
        let pending = try await opened.undecided(ids, within: bounds)
        #expect(pending.map(\.isDamaged) == [true, false])
        #expect(pending.map { String(decoding: $0.body, as: UTF8.self) } == ["", "second"])
    }

    @Test func `something that is no database is refused`() throws {
        let temporary = try TemporaryStore()
        try Data(repeating: 7, count: 8192).write(to: URL(fileURLWithPath: temporary.settings.path))
        #expect {
            try SQLiteStore.open(temporary.settings, logger: .quiet)
        } throws: { error in
            if case StoreFailure.corrupt = error { true } else { false }
        }
    }
}
