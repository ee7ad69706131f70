import Foundation
import HoistwaySQLite
import HoistwayTestKit
import Testing

@testable import HoistwayStore

struct SeenIndexTests {
    private func key(_ number: Int64) -> SeenKey { SeenKey(senderID: "id \(number)", receiver: 1) }

    private func withDatabase(_ body: (Database) throws -> Void) throws {
        let temporary = try TemporaryStore()
        try temporary.open().close()
        let database = try Database(temporary.settings.path)
        try database.transaction { try body(database) }
    }

    /// A delivery with its key; its body hash is its own too.
    private func add(_ number: Int64, _ index: inout SeenIndex, _ database: Database) throws {
        let hash =
            [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
            + [UInt8](repeating: 0, count: 30)
        try database.run(
            "INSERT INTO deliveries VALUES (?, 1, ?, ?, '', 0, '', 1, 0, '', NULL, 0, 1, NULL)",
            number,
            "id \(number)",
            hash
        )
        try index.insert(key(number), number, database)
    }

    @Test func `a key is found wherever it is: in memory, on its way, in the table, after a restart`() throws {
        try withDatabase { database in
            var index = SeenIndex(generation: 300)
            for number in 1...2000 as ClosedRange<Int64> {
                try add(number, &index, database)
                if number.isMultiple(of: 3) { try index.move(database) }
                let probe = (number * 7919) % number + 1
                #expect(try index.find(key(probe), database) == probe)
            }
            let through: Int64 = try database.value("SELECT id FROM seen_through") ?? 0
            #expect(through > 1000 && through < 2000)
            var restarted = SeenIndex(generation: 300)
            for number in 1...2000 as ClosedRange<Int64> {
                #expect(try restarted.find(key(number), database) == number)
            }
            #expect(try restarted.find(key(2001), database) == nil)
        }
    }

    @Test func `a key that is used again stands for the newest delivery, also after it moved`() throws {
        try withDatabase { database in
            var index = SeenIndex(generation: 2)
            for number in 1...4 as ClosedRange<Int64> { try add(number, &index, database) }
            try index.move(database)
            try index.insert(key(1), 4, database)
            #expect(try index.find(key(1), database) == 4)
            for number in 5...9 as ClosedRange<Int64> {
                try add(number, &index, database)
                try index.move(database)
            }
            #expect(try index.find(key(1), database) == 4)
        }
    }

    @Test func `the key of a delivery that was removed before its key moved is not kept`() throws {
        try withDatabase { database in
            var index = SeenIndex(generation: 4)
            for number in 1...4 as ClosedRange<Int64> { try add(number, &index, database) }
            try database.run("DELETE FROM deliveries WHERE id <= 2")
            try index.move(database)
            #expect(try database.all("SELECT delivery FROM seen ORDER BY delivery") { try $0[0] as Int64 } == [3, 4])
        }
    }

    @Test func `what a transaction that was rolled back taught is forgotten`() throws {
        try withDatabase { database in
            var index = SeenIndex(generation: 300)
            try add(1, &index, database)
            #expect(throws: PartFailure.self) {
                try database.part {
                    try add(2, &index, database)
                    throw CancellationError()
                }
            }
            index.forget()
            #expect(try index.find(key(1), database) == 1)
            #expect(try index.find(key(2), database) == nil)
        }
    }

    @Test func `keys lie in the table in the order in which they are moved`() {
        let keys = (1...50).map { key($0) }.sorted()
        #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.bytes.lexicographicallyPrecedes($1.bytes) })
    }
}
