import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayGit

struct TreeBytesTests {
    private static let id = [UInt8](repeating: 7, count: 20)

    private static func entry(_ mode: String, _ name: String) -> [UInt8] {
        Array("\(mode) \(name)\0".utf8) + id
    }

    @Test(arguments: [
        Array("100644 a\0".utf8) + id.dropLast(), Array("100644 \0".utf8) + id, Array("100644 a".utf8) + id,
        entry("1006440", "a"), entry("4000", "a"), entry("10064x", "a"), entry("100 44", "a"), entry("", "a"), id,
        Array("100644".utf8), entry("40000", "a").dropLast(),
    ])
    func `what is no entry is refused, also behind one that is`(_ broken: [UInt8]) {
        for bytes in [broken, Self.entry("100644", "0") + broken] {
            let tree = TreeBytes(bytes: bytes)
            #expect(throws: TreeBytes.Malformed.self) { try tree.entries() }
            #expect(throws: TreeBytes.Malformed.self) { try tree.entry(named: "b") }
            #expect(throws: TreeBytes.Malformed.self) { try tree.editing(["b": nil]) }
            #expect(throws: TreeBytes.Malformed.self) { try tree.delta(from: TreeBytes(bytes: [])) }
        }
    }

    @Test func `damaged trees never trap`() throws {
        var generator = SeededGenerator.printed()
        let whole = (0..<20).flatMap { Self.entry($0 % 3 == 0 ? "40000" : "100644", "name-\($0)") }
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<2 { bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255) }
            let tree = TreeBytes(bytes: Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))))
            // Either it still is a tree, or it is refused.
            _ = try? tree.entries()
            _ = try? tree.entry(named: "name-7")
            _ = try? tree.editing(["name-7": nil])
            _ = try? tree.delta(from: TreeBytes(bytes: whole))
        }
    }

    @Test func `an entry is found by its whole name, and only those ids are decoded that are asked for`() throws {
        let other = [UInt8](repeating: 9, count: 20)
        let bytes = Self.entry("100644", "a") + Self.entry("40000", "aa") + Array("100755 ab\0".utf8) + other
        let tree = TreeBytes(bytes: bytes)
        #expect(try tree.entry(named: "aa")?.mode == .tree)
        #expect(try tree.entry(named: "ab")?.id == ObjectID(bytes: other))
        #expect(try tree.entry(named: "b") == nil)
        #expect(try tree.entry(named: "") == nil)
        let wanted = try #require(ObjectID(bytes: other))
        let found = try tree.entries(among: ObjectIDMarks([wanted])) { $0 == wanted }
        #expect(found.map(\.name) == ["ab"])
        #expect(try tree.entries(among: ObjectIDMarks([])) { _ in true }.isEmpty)
    }
}
