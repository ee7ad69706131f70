import Foundation
import HoistwaySQLite
import Testing

struct DatabaseTests {
    private let file: TemporaryFile
    private let database: Database

    init() throws {
        file = try TemporaryFile()
        database = try Database(file.path)
        try database.run("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, bytes BLOB)")
    }

    private func add(_ id: Int64, _ name: String? = nil, _ bytes: [UInt8]? = nil) throws {
        try database.run("INSERT INTO items VALUES (?, ?, ?)", id, name, bytes)
    }

    private func count() throws -> Int { try database.value("SELECT count(*) FROM items") ?? -1 }

    @Test(arguments: ["", "a", "a\u{0}b", "grüß 🛗", String(repeating: "x", count: 100_000)])
    func `a text comes back as it went in`(_ text: String) throws {
        try add(1, text)
        #expect(try database.value("SELECT name FROM items") == text)
        #expect(try database.value("SELECT id FROM items WHERE name = ?", text) == 1)
    }

    @Test(arguments: [[], [0], [UInt8](repeating: 7, count: 100_000)] as [[UInt8]])
    func `bytes come back as they went in, and none are not NULL`(_ bytes: [UInt8]) throws {
        try database.run("INSERT INTO items VALUES (1, NULL, ?)", Data(bytes))
        #expect(try database.value("SELECT bytes FROM items") == bytes)
        #expect(try database.value("SELECT bytes FROM items") == Data(bytes))
        #expect(try database.value("SELECT bytes IS NULL FROM items") == false)
    }

    @Test func `numbers, truth and NULL come back as they went in`() throws {
        for number in [Int64.min, -1, 0, 1, .max] {
            #expect(try database.value("SELECT ?", number) == number)
        }
        #expect(try database.value("SELECT ?", true) == true)
        let absent: String? = try database.value("SELECT ?", nil as String?)
        #expect(absent == nil)
        let none: Int? = try database.value("SELECT id FROM items")
        #expect(none == nil)
        let row = try #require(try database.first("SELECT NULL, 5") { row in (try row[0] as Int?, try row[1] as Int?) })
        #expect(row == (nil, 5))
    }

    @Test func `a value of another type is a damaged file, and not the end of the program`() throws {
        try add(1, "five")
        let failure = #expect(throws: SQLiteFailure.self) {
            let _: Int? = try database.value("SELECT name FROM items")
        }
        #expect(failure?.kind == .damaged)
        #expect(failure?.message == "the column name holds a value of another type")
        let missing = #expect(throws: SQLiteFailure.self) {
            try database.first("SELECT NULL AS at") { try $0[0] as Int64 }
        }
        #expect(missing?.kind == .damaged)
    }

    @Test func `rows come in order, and the same question may be asked at each of them`() throws {
        for id in 1...3 as ClosedRange<Int64> { try add(id, "item \(id)") }
        let sql = "SELECT id, name FROM items ORDER BY id"
        var seen: [Int64] = []
        try database.forEach(sql) { row in
            seen.append(try row[0])
            #expect(try database.all(sql) { try $0[1] as String } == ["item 1", "item 2", "item 3"])
        }
        #expect(seen == [1, 2, 3])
        #expect(try database.values("SELECT id FROM items WHERE id > ? ORDER BY id DESC", 1) == [3, 2] as [Int64])
    }

    @Test func `a statement that failed works the next time`() throws {
        try add(1)
        let failure = #expect(throws: SQLiteFailure.self) { try add(1) }
        #expect(failure?.kind == .other)
        #expect(failure?.message == "UNIQUE constraint failed: items.id")
        #expect(failure?.extendedCode == 1555)
        try add(2)
        #expect(try count() == 2)
        #expect(throws: CancellationError.self) { try database.forEach("SELECT 1") { _ in throw CancellationError() } }
        try database.forEach("SELECT 1") { _ in }
    }

    @Test func `a name in double quotes that is no column is refused`() throws {
        #expect(throws: SQLiteFailure.self) { try database.run("UPDATE items SET name = \"text\"") }
    }

    @Test func `changed rows are counted`() throws {
        for id in 1...5 as ClosedRange<Int64> { try add(id) }
        try database.run("DELETE FROM items WHERE id > ?", 2)
        #expect(database.changedRows == 3)
        #expect(try database.hasTable("items") && !database.hasTable("others"))
    }

    // MARK: Transactions

    @Test func `a transaction is whole or not at all`() throws {
        #expect(throws: CancellationError.self) {
            try database.transaction {
                try add(1)
                throw CancellationError()
            }
        }
        #expect(try count() == 0)
        try database.transaction { try add(2) }
        #expect(try count() == 1)
    }

    @Test func `a part is undone alone`() throws {
        try database.transaction {
            try add(1)
            do throws(PartFailure) {
                try database.part {
                    try add(2)
                    try add(2)
                }
                Issue.record("a key was there twice")
            } catch {
                guard case .undone(let reason) = error else { throw error }
                #expect((reason as? SQLiteFailure)?.message == "UNIQUE constraint failed: items.id")
            }
            try database.part { try add(3) }
        }
        #expect(try database.values("SELECT id FROM items ORDER BY id") == [1, 3] as [Int64])
    }

    @Test func `a part that takes the whole transaction with it says so`() throws {
        try database.run("CREATE TRIGGER full BEFORE INSERT ON items BEGIN SELECT RAISE(ROLLBACK, 'full'); END")
        #expect(throws: SQLiteFailure.self) {
            try database.transaction {
                do throws(PartFailure) {
                    try database.part { try add(1) }
                } catch {
                    guard case .transactionLost(let reason) = error else { throw error }
                    throw reason
                }
            }
        }
        try database.run("DROP TRIGGER full")
        try database.transaction { try add(1) }
        #expect(try count() == 1)
    }

    // MARK: Several connections

    @Test func `another connection's lock is waited for, and then it is locked`() throws {
        let other = try Database(file.path, .init(lockPatience: .milliseconds(20)))
        try database.transaction {
            try add(1)
            let failure = #expect(throws: SQLiteFailure.self) { try other.run("DELETE FROM items") }
            #expect(failure?.kind == .locked)
        }
        try other.run("DELETE FROM items")
        #expect(try count() == 0)
    }

    @Test func `a connection for reading writes nothing, and makes no file`() throws {
        let reader = try Database(file.path, .init(isReadOnly: true))
        #expect(throws: SQLiteFailure.self) { try reader.run("DELETE FROM items") }
        let failure = #expect(throws: SQLiteFailure.self) {
            try Database(file.path + ".other", .init(isReadOnly: true))
        }
        #expect(failure?.message == "unable to open database file")
        #expect(!FileManager.default.fileExists(atPath: file.path + ".other"))
    }

    @Test func `a copy has all, and is a database of its own`() throws {
        try add(1, "copied")
        try database.copy(into: file.path + ".copy")
        try database.run("DELETE FROM items")
        #expect(try Database(file.path + ".copy").value("SELECT name FROM items") == "copied")
    }
}
