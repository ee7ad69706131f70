import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import Testing

@testable import HoistwayStore

/// A state that the first program of schema 8 wrote, by another layer on SQLite (`Fixtures/schema-8`): what
/// `scripts/quickstart` leaves, killed while all of it was in the log.
struct EighthSchemaTests {
    /// As zstd has packed them; names and sizes, in bytes.
    private static let files = [("", 4096), ("-wal", 3_724_512)]

    private static func killed() throws -> TemporaryStore {
        let temporary = try TemporaryStore()
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/schema-8")
        for (suffix, size) in files {
            let packed = try Data(contentsOf: fixtures.appending(path: "state.db\(suffix).zst"))
            let bytes = try #require(Zstd.decompress(packed, size: size))
            try Data(bytes).write(to: URL(filePath: temporary.settings.path + suffix))
        }
        try Data("1\nopen\n".utf8).write(to: URL(filePath: temporary.settings.path + ".lock"))
        return temporary
    }

    private static func expectAll(in store: SQLiteStore) async throws {
        let state = try await store.load()
        #expect(state.freight.count == 8 && state.promotions.count == 12 && state.stages.count == 6)
        #expect(state.subscriptions.count == 3 && state.branches.count == 5 && state.health.count == 3)
        #expect(state.annotations.count == 9 && state.intents.isEmpty)
        let deliveries = try await store.deliveries(state: nil, before: nil, limit: 10)
        #expect(deliveries.map(\.id.number) == [5, 4, 3, 2, 1])
        #expect(deliveries.allSatisfy { $0.state == .done && !$0.decisions.isEmpty })
        for delivery in deliveries {
            let whole = try #require(try await store.delivery(delivery.id))
            #expect(try JSONSerialization.jsonObject(with: Data(whole.body)) is [String: Any])
        }
        #expect(try await store.trace(of: DeliveryID(4)).count == 1)
        for promotion in state.promotions.keys {
            #expect(try await store.stepResults(of: promotion) != [])
        }
        #expect(try await store.tokens().map(\.name) == ["first"])
        #expect(try await store.tokens().map(\.role) == [.admin])
        #expect(try await store.audit(limit: 10).count == 2)
    }

    @Test func `it opens with all that is in its log, and knows its deliveries again`() async throws {
        let temporary = try Self.killed()
        let store = try temporary.open()
        try await Self.expectAll(in: store)
        // A copy was made: this schema is a later one.
        #expect(FileManager.default.fileExists(atPath: temporary.settings.path + ".schema-8"))
        let push = try #require(try await store.delivery(DeliveryID(2)))
        var resend = IncomingDelivery.sample(body: "", senderID: push.senderID)
        resend.receiver = push.receiver
        resend.body = push.body
        resend.bodySHA256 = try #require(
            try await store.read("reading") { try $0.value("SELECT body_sha256 FROM deliveries WHERE id = 2") }
        )
        let answer = await SingleReply.submit(resend, to: store)
        #expect(answer == .duplicate(of: DeliveryID(2), requeued: false))
        store.close()
        #expect(try StateInspection.report(on: temporary.settings.path).problems == [])
        try await Self.expectAll(in: temporary.open())
    }

    @Test func `its backup can be read, and restored`() async throws {
        let temporary = try Self.killed()
        let backup = temporary.folder + "/backup"
        _ = try StateBackup.make(
            of: temporary.settings.path,
            to: backup,
            replacing: false,
            now: Timestamp(seconds: 1_900_000_000)
        )
        #expect(try StateInspection.report(on: backup).freight == 8)
        let restored = try TemporaryStore()
        let outcome = try StateRestore.restore(
            backup,
            to: restored.settings.path,
            now: Timestamp(seconds: 1_900_000_001)
        )
        #expect(outcome.backupMadeAt == Timestamp(seconds: 1_900_000_000))
        #expect(try await restored.open().load().freight.count == 8)
    }
}
