import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import Testing

@testable import HoistwayStore

/// Sessions, links and tokens are stored together with their record, or not at all.
struct SessionKeepingTests {
    private static let now = Timestamp(seconds: 1_800_000_000)
    private static let record = AuditRecord(at: now, actor: "ann", action: "sign in", detail: "")

    private static func hash(_ number: UInt8) -> [UInt8] { Array(repeating: number, count: 32) }

    private static func session(_ number: UInt8) -> SessionRecord {
        SessionRecord(hash: hash(number), token: "ann", tokenHash: hash(0), createdAt: now, lastUsedAt: now)
    }

    private static func link(_ number: UInt8, of token: String = "ann", at time: Timestamp = now) -> SignInLinkRecord {
        SignInLinkRecord(hash: hash(number), token: token, tokenHash: hash(0), createdAt: time)
    }

    /// A store whose audit trail takes nothing more, as a disk does that is full at that moment.
    private static func withFullTrail(_ temporary: TemporaryStore) async throws -> SQLiteStore {
        let store = try temporary.open()
        try Database(temporary.settings.path)
            .run("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END")
        return store
    }

    @Test func `a sign-in that cannot be recorded uses up no link and makes no session`() async throws {
        let temporary = try TemporaryStore()
        let store = try await Self.withFullTrail(temporary)
        try await store.add(Self.link(1))
        await #expect(throws: StoreFailure.self) {
            try await store.add(Self.session(2), using: Self.hash(1), audit: [Self.record])
        }
        #expect(try await store.session(Self.hash(2)) == nil)
        #expect(try await store.signInLink(Self.hash(1)) == Self.link(1))
    }

    @Test func `a sign-out, a token and a retry that cannot be recorded do not happen`() async throws {
        let temporary = try TemporaryStore()
        let store = try await Self.withFullTrail(temporary)
        #expect(try await store.add(Self.session(1), using: nil, audit: []))
        await #expect(throws: StoreFailure.self) { try await store.removeSession(Self.hash(1), audit: [Self.record]) }
        #expect(try await store.session(Self.hash(1)) == Self.session(1))
        let token = TokenRecord(name: "ci", hash: Self.hash(3), role: .read, project: nil, createdAt: Self.now)
        await #expect(throws: StoreFailure.self) { try await store.put(token, audit: [Self.record]) }
        #expect(try await store.tokens().isEmpty)
        try await store.put(token)
        await #expect(throws: StoreFailure.self) {
            try await store.removeToken(named: "ci", audit: [Self.record])
        }
        #expect(try await store.tokens() == [token])
        await #expect(throws: StoreFailure.self) { try await store.requeueDeliveries(nil, audit: [Self.record]) }
    }

    @Test func `a link is used once, and a second use stores nothing`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        try await store.add(Self.link(1))
        #expect(try await store.add(Self.session(2), using: Self.hash(1), audit: [Self.record]))
        #expect(try await !store.add(Self.session(3), using: Self.hash(1), audit: [Self.record]))
        #expect(try await store.session(Self.hash(2)) != nil)
        #expect(try await store.session(Self.hash(3)) == nil)
        #expect(try await store.audit(limit: 10).count == 1)
    }

    @Test func `a token that makes many links leaves others theirs`() async throws {
        let temporary = try TemporaryStore()
        let store = try temporary.open()
        try await store.add(Self.link(1, of: "bob"))
        for number in 2...200 as ClosedRange<UInt8> {
            try await store.add(Self.link(number, at: Self.now + .milliseconds(Int(number))))
        }
        #expect(try await store.signInLink(Self.hash(1)) != nil)
        #expect(try await store.signInLink(Self.hash(190)) == nil)
        #expect(try await store.signInLink(Self.hash(191)) != nil)
    }
}
