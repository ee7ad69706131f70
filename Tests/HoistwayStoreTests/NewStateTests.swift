import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import HoistwayTestKit
import Testing

@testable import HoistwayStore

// A first start makes the database under another name, and gives it its name once it is whole.
struct NewStateTests {
    private let temporary: TemporaryStore
    private var path: String { temporary.settings.path }

    init() throws { temporary = try TemporaryStore() }

    private func open() throws -> SQLiteStore {
        try SQLiteStore.open(temporary.settings, logger: .quiet)
    }

    @Test
    func `what a killed first start left is replaced, and nothing of it stays`() throws {
        try Data("half a database".utf8).write(to: URL(fileURLWithPath: path + ".new"))
        try Data("half a log".utf8).write(to: URL(fileURLWithPath: path + ".new-wal"))
        try open().close()
        let names = try FileManager.default.contentsOfDirectory(atPath: temporary.folder)
        #expect(!names.contains { $0.contains(".new") }, "\(names)")
        let database = try StateCopy.readOnly(path)
        #expect(try Schema.version(database) == Schema.migrations.last?.version)
        #expect(try database.value("PRAGMA integrity_check") == "ok")
    }

    @Test
    func `the log of a database that was removed is not written into the new one`() async throws {
        let first = try open()
        guard case .stored = await SingleReply.submit(.sample(body: "old"), to: first) else {
            Issue.record("not stored")
            return
        }
        let log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
        first.close()
        try FileManager.default.removeItem(atPath: path)
        try log.write(to: URL(fileURLWithPath: path + "-wal"))
        let second = try open()
        defer { second.close() }
        #expect(await SingleReply.submit(.sample(body: "old"), to: second) == .stored(DeliveryID(1)))
        let version = try await second.read("reading") { try Schema.version($0) }
        #expect(version == Schema.migrations.last?.version)
    }

    @Test
    func `the journal of a database that was removed is not rolled back into the new one`() throws {
        let old = try Database(path)
        try old.runScript("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; CREATE TABLE old (x); BEGIN IMMEDIATE")
        for _ in 0..<200 { try old.run("INSERT INTO old VALUES (randomblob(2000))") }
        // The content of a journal that a killed process leaves.
        let journal = try Data(contentsOf: URL(fileURLWithPath: path + "-journal"))
        try old.runScript("ROLLBACK")
        try FileManager.default.removeItem(atPath: path)
        try journal.write(to: URL(fileURLWithPath: path + "-journal"))
        try open().close()
        let database = try StateCopy.readOnly(path)
        #expect(try Schema.version(database) == Schema.migrations.last?.version)
        #expect(try !database.hasTable("old"))
    }

    @Test
    func `the file is in WAL mode under its name before anybody opens it`() throws {
        try NewState.create(path, migrations: Schema.migrations)
        let header = try #require(FileHandle(forReadingAtPath: path)).read(upToCount: 20) ?? Data()
        // https://www.sqlite.org/fileformat2.html#file_format_version_numbers
        #expect(header.dropFirst(18) == Data([2, 2]))
        #expect(!Disk.exists(path + "-wal") && !Disk.exists(path + ".new"))
    }
}
