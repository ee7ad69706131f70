import Glibc
import Synchronization
import Testing

@testable import HoistwaySQLite

struct ReadersTests {
    private let file: TemporaryFile
    private let writing: WritingConnection
    private let readers: Readers

    init() throws {
        file = try TemporaryFile()
        writing = try WritingConnection(file.path, lockPatience: .milliseconds(500))
        readers = Readers(file.path, most: 2)
        try writing.use { try $0.run("CREATE TABLE items (id INTEGER PRIMARY KEY)") }
    }

    private func add() throws {
        try writing.use { try $0.run("INSERT INTO items DEFAULT VALUES") }
    }

    @Test func `what was committed is on the disk`() throws {
        let (mode, synchronous): (String?, Int?) = try writing.use { database in
            (try database.value("PRAGMA journal_mode"), try database.value("PRAGMA synchronous"))
        }
        #expect(mode == "wal")
        #expect(synchronous == 2)
    }

    @Test func `what one reading sees is of one moment, also while somebody writes`() async throws {
        try add()
        let writing = writing
        let counts = try await readers.read { database in
            let before: Int? = try database.value("SELECT count(*) FROM items")
            try writing.use { try $0.run("INSERT INTO items DEFAULT VALUES") }
            return [before, try database.value("SELECT count(*) FROM items")]
        }
        #expect(counts == [1, 1])
        #expect(try await readers.read { try $0.value("SELECT count(*) FROM items") } == 2)
    }

    @Test func `more readings than connections are all done, two at a time`() async throws {
        let open = OpenCount()
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                group.addTask { [readers, open] in
                    try await readers.read { database in
                        open.enter()
                        defer { open.leave() }
                        return try database.value("SELECT ?", number) ?? -1
                    }
                }
            }
            var numbers: [Int] = []
            for try await number in group { numbers.append(number) }
            #expect(numbers.sorted() == Array(0..<50))
        }
        #expect(open.most <= 2)
    }

    @Test func `a reading that fails leaves the connection to the next`() async throws {
        for _ in 0..<5 {
            await #expect(throws: SQLiteFailure.self) { try await readers.read { try $0.run("SELECT nothing") } }
            await #expect(throws: SQLiteFailure.self) { try await readers.read { try $0.run("DELETE FROM items") } }
        }
        try add()
        #expect(try await readers.read { try $0.value("SELECT count(*) FROM items") } == 1)
    }

    @Test func `after the end nothing is read or written`() async throws {
        readers.close()
        writing.close()
        await #expect(throws: ConnectionClosed.self) { try await readers.read { _ in 1 } }
        #expect(throws: ConnectionClosed.self) { try add() }
    }

    @Test func `the log's file does not keep the size of a large transaction`() throws {
        var log = stat()
        try writing.use { database in
            try database.run("CREATE TABLE bodies (body BLOB)")
            try database.run("INSERT INTO bodies VALUES (?)", [UInt8](repeating: 7, count: 20_000_000))
        }
        #expect(lstat("\(file.path)-wal", &log) == 0 && log.st_size > 20_000_000)
        // The first commit after the log was folded in begins it again, and cuts it.
        for _ in 0..<2 { try add() }
        #expect(lstat("\(file.path)-wal", &log) == 0 && log.st_size == WritingConnection.keptLog)
    }

    @Test func `the log is folded in, and gone with the last connection`() async throws {
        try add()
        #expect(try await readers.read { try $0.value("SELECT count(*) FROM items") } == 1)
        #expect(try writing.use { try $0.foldInLog() })
        readers.close()
        writing.close()
        #expect(try Database(file.path).value("SELECT count(*) FROM items") == 1)
    }
}

/// How many are somewhere at once, and how many that were at most.
private final class OpenCount: Sendable {
    private let counts = Mutex((now: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func enter() {
        counts.withLock { counts in
            counts.now += 1
            counts.most = max(counts.most, counts.now)
        }
    }

    func leave() {
        counts.withLock { $0.now -= 1 }
    }
}
