import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import Testing

@testable import HoistwayStore

/// A state that the first version wrote (`Fixtures/schema-1.sql`), opened by this one.
struct UpgradeTests {
    private static let later =
        Schema.migrations + [
            Migration(version: present + 1, sql: "CREATE TABLE later (id INTEGER)")
        ]
    private static var present: Int { Schema.migrations.last?.version ?? 0 }

    /// A database as the first version left it: `running` with promotions in every state, killed in the middle.
    private static func firstVersion(_ name: String = "schema-1") throws -> TemporaryStore {
        let temporary = try TemporaryStore()
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let database = try Database(temporary.settings.path)
        for file in ["tables-1", name] {
            let sql = try String(contentsOf: fixtures.appending(path: "\(file).sql"), encoding: .utf8)
            try database.transaction { try database.runScript(sql) }
        }
        return temporary
    }

    @Test func `the schema of the first version is the one that its databases have`() throws {
        let temporary = try Self.firstVersion()
        let fresh = try TemporaryStore()
        try SQLiteStore.open(fresh.settings, logger: .quiet, migrations: [Schema.migrations[0]]).close()
        func tables(_ path: String) throws -> [String] {
            let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
            let texts: [String] = try Database(path).values(sql)
            return texts.map { $0.filter { !$0.isWhitespace } }
        }
        let old = try tables(temporary.settings.path)
        #expect(old.count == 11)
        #expect(try tables(fresh.settings.path) == old)
    }

    @Test func `deliveries of the first version are there, with bodies and traces, and are known again`() async throws {
        let temporary = try Self.firstVersion()
        let store = try temporary.open()
        let listed = try await store.deliveries(state: nil, before: nil, limit: 10)
        #expect(listed.map(\.id.number) == [7, 6, 5, 2, 1])
        #expect(listed.map(\.state) == [.failed, .done, .done, .done, .done])
        #expect(listed.map(\.receiver) == ["app-github", "app-github", "registry", "app-github", "registry"])
        #expect(listed.map(\.isEvidence) == [true, true, false, true, false])

        let push = try #require(try await store.delivery(DeliveryID(2)))
        #expect(push.senderID == "fba638ea-fcc2-43a8-9edb-7855bda9f121")
        #expect(push.verdict == "github-hmac-sha256#0")
        #expect(push.headers.map(\.name) == ["user-agent", "content-type", "x-github-event", "x-github-delivery"])
        #expect(push.receivedAt == Timestamp(microseconds: 1_795_592_779_889_170))
        #expect(push.reason == "freight smart-goat (a7e1471) formed by warehouse base: guestbook adf8a9c")
        let body = try #require(try JSONSerialization.jsonObject(with: Data(push.body)) as? [String: Any])
        #expect(body["after"] as? String == "adf8a9c5b67de03de7a8d3a3dbd70854182066ec")
        #expect(try await store.trace(of: DeliveryID(2)).count == 2)
        #expect(try await store.trace(of: DeliveryID(7)) == [])
        for delivery in listed {
            #expect(try await store.delivery(delivery.id)?.body.isEmpty == false)
        }

        // The resend of a delivery that the first version stored.
        var resend = IncomingDelivery.sample(body: "", senderID: push.senderID)
        resend.body = push.body
        resend.bodySHA256 = Self.bytes("002aa89376310b1de37ab2aef62c85a9c8720babb5cffaa54890d34d12acba4b")
        let known = await SingleReply.submit(resend, to: store)
        #expect(known == .duplicate(of: DeliveryID(2), requeued: false))
        resend.senderID = "00000000-0000-4000-8000-000000000002"
        resend.bodySHA256 = Self.bytes("4e52df8e09d2e5cd93c41733145df7afaead27b8b64eb48ddb534c7c3c2194fc")
        let failed = await SingleReply.submit(resend, to: store)
        #expect(failed == .duplicate(of: DeliveryID(7), requeued: true))
        #expect(
            try await store.pending(.received(after: DeliveryID(0)), limit: 9).map(\.number) == [7]
        )
        // S6: the first version knew it by the id alone, which nothing proves.
        resend.bodySHA256 = [UInt8](repeating: 3, count: 32)
        let new = await SingleReply.submit(resend, to: store)
        #expect(new == .stored(DeliveryID(8)))
    }

    // I1
    @Test(arguments: [1_795_592_900_000_000, nil] as [Int64?])
    func `a delivery that waited in the first version is due when it was, and gets decisions of its own`(
        due: Int64?
    ) async throws {
        let temporary = try Self.firstVersion()
        let waits = "UPDATE deliveries SET state = 1, reason = 'asks', next_try = ?, attempts = 3 WHERE id = 6"
        try Database(temporary.settings.path).run(waits, due)

        let store = try temporary.open()
        let id = DeliveryID(6)
        let time = Timestamp(microseconds: 1_795_592_900_000_000)
        #expect(try await store.pending(.waiting(after: DeliveryID(0)), limit: 9) == [id])
        #expect(try await store.pending(.due(time), limit: 9) == [id])
        #expect(try await store.pending(.due(time + .seconds(-1)), limit: 9) == (due == nil ? [id] : []))
        #expect(try await store.nextDeliveryTry() == (due == nil ? nil : time))
        #expect(try await store.queue().waiting == 1)
        let bounds = PendingBounds(count: 9, bytes: 1 << 20)
        let waiting = try #require(try await store.undecided([id], within: bounds).first)
        #expect(waiting.state == .waiting && waiting.reason == "asks" && waiting.attempts == 3)
        #expect(waiting.nextTry?.microseconds == due && waiting.failureKind == nil)
        #expect(waiting.decisions.isEmpty && !waiting.body.isEmpty)

        let key = SubscriptionKey(warehouse: WarehouseKey(project: "guestbook", name: "guestbook"), subscription: "s")
        let decision = SubscriptionDecision(event: 0, subject: "app:1", key: key, state: .decided, reason: "formed")
        let done = DeliveryOutcome(id: id, state: .done, reason: "formed", trace: ["all"], decisions: [decision])
        try await store.commit([], deliveries: [done], audit: [])
        let decided = try #require(try await store.delivery(id))
        #expect(decided.state == .done && decided.decisions == [decision])
        #expect(try await store.pending(.waiting(after: DeliveryID(0)), limit: 9).isEmpty)
    }

    /// Of hexadecimal digits.
    private static func bytes(_ digits: String) -> [UInt8] {
        stride(from: 0, to: digits.utf8.count, by: 2).compactMap { offset in
            UInt8(digits.dropFirst(offset).prefix(2), radix: 16)
        }
    }

    @Test(arguments: [("schema-1", [3, 6, 4, 3, 2, 1]), ("running/state", [1, 2, 6, 12, 5, 2])])
    func `the state of the first version is read without a loss`(name: String, counts: [Int]) async throws {
        let temporary = try Self.firstVersion(name)
        let before = try Self.records(temporary.settings.path)
        let opened = try temporary.open()
        let state = try await opened.load()
        let promotions = try await opened.promotions(Array(state.promotions.keys))
        #expect(promotions.count == state.promotions.count)
        #expect(
            [
                state.subscriptions.count, state.freight.count, state.stages.count, state.promotions.count,
                state.branches.count, state.intents.count,
            ] == counts
        )
        #expect(before.count == counts.reduce(0, +))

        // What is written back holds all that was read, under the same address.
        let changes: [Change] =
            state.subscriptions.values.map(Change.putSubscription) + state.freight.values.map(Change.putFreight)
            + state.stages.values.map(Change.putStage) + promotions.map(Change.putPromotion)
            + state.branches.values.map(Change.putBranch) + state.intents.values.map(Change.putIntent)
        try await temporary.open().commit(changes, deliveries: [], audit: [])
        try temporary.open().close()
        let after = try Self.records(temporary.settings.path)
        #expect(after.keys.sorted() == before.keys.sorted())
        for (address, old) in before {
            var old = try #require(old as? [String: Any])
            // They have rows of their own since.
            let tags = old.removeValue(forKey: "knownTags") as? [[String: String]]
            let new = try #require(after[address])
            #expect(Self.holds(new, old), "\(address) has lost something")
            guard let tags else { continue }
            let subscription = String(address.dropFirst("subscription ".count))
            #expect(try Self.knownTags(of: subscription, temporary.settings.path) == tags)
        }
        // All of it is read again.
        #expect(try await temporary.open().load() == state)
    }

    /// In the order seen.
    private static func knownTags(of subscription: String, _ path: String) throws -> [[String: String]] {
        let sql = "SELECT tag, digest FROM known_tags WHERE subscription = ? ORDER BY number"
        return try Database(path).all(sql, subscription) { row in ["tag": try row[0], "digest": try row[1]] }
    }

    @Test func `what the first version had decided still reads as it was meant`() async throws {
        let temporary = try Self.firstVersion()
        let store = try temporary.open()
        let state = try await store.load()
        let prod = StageKey(project: "guestbook", name: "prod")
        let newest = FreightID("83847ed028e97a8bc1235ae5f439c3a2d6d7c794")
        #expect(state.stages[prod]?.current(of: "guestbook") == newest)
        #expect(state.stages[prod]?.pauses == [])
        #expect(!state.isUnknown(prod))
        let open = try #require(state.openPromotions(of: prod).first)
        #expect(open.actor == .person("first"))
        #expect(open.phase == .running)
        #expect(open.steps.map(\.uses).last == "git-push")
        let ended = try #require(state.finishedPromotions(of: newest, to: prod).first)
        let done = try #require(try await store.promotions([ended.id]).first)
        #expect(EndedPromotion(done) == ended)
        #expect(done.stepRecords.allSatisfy { $0.status == .succeeded })
        #expect(done.branches.first?.subject == "guestbook 1.0.0 → 1.1.0 to prod")
        #expect(done.branches.first?.images == nil)
        let older = try #require(state.freight[FreightKey(project: "guestbook", id: open.freight)])
        #expect(older.approvedFor["prod"]?.actor == "first")
        #expect(older.verifiedIn.keys.sorted() == ["test", "uat"])
        #expect(older.verifiedIn["test"]?.longestSoak.map { $0 > .seconds(1) } == true)
        #expect(older.delivery == nil)
        let intent = try #require(state.intents.values.first)
        #expect(intent.branches.first?.commits.first?.promotion == open.id)
        // The commit that was being pushed is ours: a start finds it on the branch, or makes it again.
        #expect(state.isOwn(try #require(intent.branches.first?.commits.first?.id)))
    }

    @Test func `promotions that the first version left pending, running, observed and finished are still that`()
        async throws
    {
        let temporary = try Self.firstVersion("running/state")
        let store = try temporary.open()
        let state = try await store.load()
        func phases(_ stage: String) -> [PromotionPhase] {
            state.promotions.values.filter { $0.stage.name == stage }.sorted { $0.id < $1.id }.map(\.phase)
        }
        for stage in ["arrived", "lost", "halfway"] { #expect(phases(stage) == [.running, .pending]) }
        for stage in ["finished", "observed"] { #expect(phases(stage) == [.succeeded, .succeeded]) }
        #expect(phases("away") == [.aborted, .running])

        // What came later takes its default.
        for record in try await store.promotions(Array(state.promotions.keys)) {
            #expect(record.run == nil && record.trouble == nil)
            #expect(record.steps.allSatisfy { $0.missingArgoCD == nil })
            #expect((record.mode == .observe) == (record.stage.name == "observed"))
        }
        for stage in state.stages.values {
            #expect(stage.mode == nil && stage.observedUntil == nil && stage.lost == nil)
            #expect(stage.history.allSatisfy { $0.commits == nil })
            #expect(stage.pauses.allSatisfy { $0.isHoistways == nil })
        }
        #expect(state.branches.values.allSatisfy { $0.adopted == nil && $0.accepted == nil && $0.drift == nil })
        #expect(state.freight.values.allSatisfy { $0.unverifiedIn == nil })
        #expect(state.subscriptions.values.allSatisfy { $0.held == nil })

        // What has reached a remote, and what may have.
        func running(_ stage: String) throws -> PromotionRecord {
            try #require(state.openPromotions.first { $0.stage.name == stage && $0.phase == .running })
        }
        #expect(try running("halfway").branches.map(\.pushed) == [true])
        #expect(try running("halfway").hasPushed)
        for stage in ["arrived", "lost"] {
            let record = try running(stage)
            let intent = try #require(state.intents.values.first { $0.remote.hasSuffix("/\(stage).git") })
            #expect(!record.hasPushed && intent.branches.flatMap(\.commits).map(\.promotion) == [record.id])
        }
        #expect(try running("away").nextTry != nil)
    }

    @Test func `tokens and the audit trail of the first version are there`() async throws {
        let temporary = try Self.firstVersion()
        let store = try temporary.open()
        let tokens = try await store.tokens()
        #expect(tokens.map(\.name) == ["board", "ci", "first"])
        #expect(tokens.map(\.role) == [.read, .promote, .admin])
        #expect(tokens.map(\.project) == [nil, "guestbook", nil])
        #expect(tokens.allSatisfy { $0.hash.count == 32 })
        let audit = try await store.audit(limit: 10)
        #expect(audit.map(\.action) == ["promote", "approve", "token create", "token create", "promote"])
        #expect(audit.allSatisfy { $0.actor == "first" })
        store.close()
        let report = try StateInspection.report(on: temporary.settings.path)
        #expect(report.schemaVersion == Self.present)
        #expect(report.problems == [])
    }

    @Test func `a state of the first version is copied before it is migrated, and both copies hold everything`()
        async throws
    {
        let temporary = try Self.firstVersion()
        let store = try SQLiteStore.open(temporary.settings, logger: .quiet, migrations: Self.later)
        let state = try await store.load()
        let deliveries = try await store.deliveries(state: nil, before: nil, limit: 10)
        #expect(deliveries.count == 5)
        #expect(try await store.read("reading", Schema.version) == Self.present + 1)
        store.close()

        var copied = temporary.settings
        copied.path += ".schema-1"
        let attributes = try FileManager.default.attributesOfItem(atPath: copied.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600, "others may not read it")
        let copy = try SQLiteStore.open(copied, logger: .quiet)
        #expect(try await copy.load() == state)
        #expect(try await copy.deliveries(state: nil, before: nil, limit: 10) == deliveries)
        #expect(try await copy.delivery(DeliveryID(5))?.body.isEmpty == false)
        #expect(try await copy.read("reading") { try !$0.hasTable("later") })
        copy.close()
    }

    @Test func `a copy is made exactly where this version's schema is a later one`() throws {
        let temporary = try Self.firstVersion()
        try temporary.open().close()
        let isCopied = FileManager.default.fileExists(atPath: temporary.settings.path + ".schema-1")
        #expect(isCopied == (Self.present > 1))
    }

    // MARK: Records as JSON

    /// By kind and key.
    private static func records(_ path: String) throws -> [String: Any] {
        let database = try Database(path)
        let ended =
            try database.hasTable("promotion_details")
            ? "UNION ALL SELECT 'promotion', promotion, value FROM promotion_details" : ""
        let records = try database.all("SELECT kind, key, value FROM records \(ended)") { row in
            ("\(try row[0] as String) \(try row[1] as String)", try JSONSerialization.jsonObject(with: row[2] as Data))
        }
        return Dictionary(uniqueKeysWithValues: records)
    }

    /// Whether a value has all that another has; more is fine.
    private static func holds(_ new: Any, _ old: Any) -> Bool {
        switch (new, old) {
        case (let new as [String: Any], let old as [String: Any]):
            old.allSatisfy { key, value in new[key].map { holds($0, value) } ?? false }
        case (let new as [Any], let old as [Any]):
            new.count == old.count && zip(new, old).allSatisfy { holds($0, $1) }
        default: (new as? NSObject) == (old as? NSObject)
        }
    }
}
