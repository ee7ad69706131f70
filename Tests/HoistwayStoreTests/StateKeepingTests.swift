import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import Logging
import Synchronization
import Testing

@testable import HoistwayStore

/// Backup, restore and check of a state's file, below the program.
struct StateKeepingTests {
    private static let now = Timestamp(seconds: 1_800_000_000)

    /// Where a restore that has been decided may be killed.
    enum Stop: CaseIterable {
        case decided, kept, logRemoved
    }

    @Test(arguments: Stop.allCases)
    func `a restore that is killed once it is decided is finished by the next start`(_ stop: Stop) async throws {
        let temporary = try TemporaryStore()
        let path = temporary.settings.path
        try await Self.put("in the backup", into: temporary.open())
        _ = try StateBackup.make(of: path, to: path + ".backup", replacing: false, now: Self.now)
        try await Self.put("only in the old state", into: temporary.open())
        // A log of the old database, as a killed server leaves it.
        let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        let old = try Data(contentsOf: URL(fileURLWithPath: path))
        try temporary.open().close()
        try old.write(to: URL(fileURLWithPath: path))
        try log.write(to: URL(fileURLWithPath: path + "-wal"))

        try Disk.copy(path + ".backup", to: path + ".restored")
        let kept = try #require(StateRestore.keptName(path))
        if stop != .decided {
            try Disk.link(path, to: kept)
            try Disk.link(path + "-wal", to: kept + "-wal")
        }
        if stop == .logRemoved { try Disk.remove(path + "-wal") }

        let store = try temporary.open()
        #expect(try await store.audit(limit: 10).map(\.action) == ["backup", "in the backup"])
        let replaced = try StateInspection.report(on: kept)
        #expect(replaced.auditRecords == 2, "what stood in the old database and its log is kept together")
        #expect(replaced.isSound)
    }

    @Test func `a restore revives no session and no link that had ended since the backup`() async throws {
        let temporary = try TemporaryStore()
        let path = temporary.settings.path
        let (hash, token) = (Array(repeating: UInt8(1), count: 32), Array(repeating: UInt8(2), count: 32))
        let store = try temporary.open()
        let session = SessionRecord(
            hash: hash,
            token: "ann",
            tokenHash: token,
            createdAt: Self.now,
            lastUsedAt: Self.now
        )
        #expect(try await store.add(session, using: nil, audit: []))
        try await store.add(SignInLinkRecord(hash: hash, token: "ann", tokenHash: token, createdAt: Self.now))
        _ = try StateBackup.make(of: path, to: path + ".backup", replacing: false, now: Self.now)
        try await store.removeSession(hash, audit: [])
        store.close()
        _ = try StateRestore.restore(path + ".backup", to: path, now: Self.now)
        let restored = try temporary.open()
        #expect(try await restored.session(hash) == nil)
        #expect(try await restored.signInLink(hash) == nil)
    }

    @Test func `what is no sound backup is refused, and the state stays`() async throws {
        let temporary = try TemporaryStore()
        let path = temporary.settings.path
        let store = try temporary.open()
        try await Self.put("the state", into: store)
        #expect(throws: StoreFailure.inUse(path: path)) {
            try StateRestore.restore(path, to: path, now: Self.now)
        }
        store.close()
        let file = temporary.folder + "/backup"
        try Data("no database at all, but long enough to be read as one".utf8).write(to: URL(fileURLWithPath: file))
        #expect(throws: StoreFailure.self) { try StateRestore.restore(file, to: path, now: Self.now) }

        _ = try StateBackup.make(of: path, to: file, replacing: true, now: Self.now)
        try Database(file).run("INSERT INTO schema_version VALUES (99, '')")
        #expect(throws: StoreFailure.newerSchema(path: file, found: 99, known: Schema.migrations.last?.version ?? 0)) {
            try StateRestore.restore(file, to: path, now: Self.now)
        }
        #expect(try await temporary.open().audit(limit: 10).map(\.action) == ["the state"])
    }

    @Test func `what was open in a backup is aborted by its restore, and what points nowhere is told`() async throws {
        let temporary = try TemporaryStore()
        let path = temporary.settings.path
        let freight = FreightID("0123456789abcdef0123456789abcdef01234567")
        let open = PromotionRecord(
            id: PromotionID("test.01.0123456"),
            stage: StageKey(project: "shop", name: "test"),
            freight: freight,
            collection: ["app": freight],
            actor: .person("ada"),
            reason: "",
            steps: [],
            mode: .promote,
            createdAt: Self.now
        )
        var state = PipelineState()
        state.apply(.putPromotion(open))
        let changes = AfterRestore.changes(in: state, backupMadeAt: Self.now, now: Self.now)
        state.apply(changes)
        #expect(state.promotions[open.id]?.phase == .aborted)
        #expect(state.promotions[open.id]?.message.contains(Self.now.rfc3339) == true)

        let store = try temporary.open()
        try await store.commit([.putPromotion(open)], deliveries: [], audit: [])
        let report = try StateInspection.report(on: path)
        #expect(!report.isSound)
        #expect(report.problems == ["promotion \(open.id) is open, and its freight 0123456 is missing"])
        #expect(report.lockedBy == getpid())
        store.close()
        let closed = try StateInspection.report(on: path)
        #expect(closed.lockedBy == nil)
    }

    /// What is left of a state when its server is killed, and what may happen to it then.
    enum Leftover: CaseIterable {
        case whole, logRemoved, logEmptied, logRemovedAndLookedAt
    }

    @Test(arguments: Leftover.allCases)
    func `a log that is lost after a kill is told by the check and by the next start`(_ left: Leftover) async throws {
        let temporary = try TemporaryStore()
        try temporary.open().close()
        try await Self.put("in the log", into: temporary.open())
        let killed = try Killed(from: temporary.settings.path)
        let log = killed.path + "-wal"
        switch left {
        case .whole: break
        case .logRemoved, .logRemovedAndLookedAt: try Disk.remove(log)
        case .logEmptied: #expect(truncate(log, 0) == 0)
        }
        if left == .logRemovedAndLookedAt {
            _ = try StateInspection.report(on: killed.path)
            #expect(Disk.exists(log), "a look leaves an empty log")
        }
        let report = try StateInspection.report(on: killed.path)
        guard left != .whole else {
            #expect(report.isSound && report.auditRecords == 1)
            return
        }
        // Without the marks nothing shows that it is older.
        #expect(report.problems.count == 1 && report.problems[0].contains("\(log), is gone"), "\(report.problems)")
        #expect(report.problems[0].contains("restore a backup"))
        for isFirst in [true, false] {
            let lines = Mutex<[String]>([])
            let logger = Logger(label: "test") { _ in ErrorLines { line in lines.withLock { $0.append(line) } } }
            let again = try SQLiteStore.open(StoreSettings(path: killed.path), logger: logger)
            again.close()
            #expect(lines.withLock(\.count) == (isFirst ? 1 : 0), "said once")
        }
        #expect(try StateInspection.report(on: killed.path).isSound)
    }

    @Test func `a young state, all of which was in the lost log, is not called something else`() async throws {
        let temporary = try TemporaryStore()
        // As a version before `NewState` began: even the tables are in the log.
        try Disk.createPrivate(temporary.settings.path)
        try await Self.put("in the log", into: temporary.open())
        let killed = try Killed(from: temporary.settings.path)
        try Disk.remove(killed.path + "-wal")
        let failure = #expect(throws: StoreFailure.self) { try StateInspection.report(on: killed.path) }
        #expect(failure?.message.contains("-wal, is gone") == true, "\(String(describing: failure))")
    }

    @Test func `of a state that was closed, restored or never killed no log is missed`() async throws {
        let temporary = try TemporaryStore()
        let path = temporary.settings.path
        let store = try temporary.open()
        try await Self.put("before", into: store)
        #expect(try StateInspection.report(on: path).isSound, "a running server's log is there")
        _ = try StateBackup.make(of: path, to: path + ".backup", replacing: false, now: Self.now)
        let killed = try Killed(from: path)
        store.close()
        try Disk.remove(path + "-wal")
        let closed = try StateInspection.report(on: path)
        #expect(closed.isSound && closed.auditRecords == 1, "the database alone is the state")
        let outcome = try StateRestore.restore(path + ".backup", to: killed.path, now: Self.now)
        #expect(outcome.report.isSound, "\(outcome.report.problems)")
        #expect(try StateInspection.report(on: killed.path).isSound)
    }

    /// The files of a state that is open, as a kill leaves them, under another name.
    private struct Killed {
        let path: String

        init(from open: String) throws {
            path = open + ".killed"
            for suffix in ["", "-wal", ".lock"] { try Disk.copy(open + suffix, to: path + suffix) }
        }
    }

    /// Hands on what is logged as an error.
    private struct ErrorLines: LogHandler {
        let take: @Sendable (String) -> Void
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.error

        init(_ take: @escaping @Sendable (String) -> Void) { self.take = take }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { take("\(event.message)") }
    }

    private static func put(_ action: String, into store: SQLiteStore) async throws {
        try await store.commit(
            [],
            deliveries: [],
            audit: [AuditRecord(at: now, actor: "ada", action: action, detail: "")]
        )
    }
}
