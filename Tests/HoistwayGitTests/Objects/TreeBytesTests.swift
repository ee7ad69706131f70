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
        var marks = ObjectIDMarks()
        #expect(try tree.entries(among: marks) { _ in true }.isEmpty)
        marks.add([wanted])
        let found = try tree.entries(among: marks) { $0 == wanted }
        #expect(found.map(\.name) == ["ab"])
    }

    @Test func `other content is put in place, and all else is not mistaken for that`() throws {
        let other = [UInt8](repeating: 9, count: 20)
        let new = try #require(ObjectID(bytes: other))
        let bytes = Self.entry("100644", "a") + Self.entry("100664", "b") + Self.entry("40000", "c")
        let tree = TreeBytes(bytes: bytes)
        func edited(_ name: GitPath, _ mode: FileMode) throws -> [UInt8] {
            try tree.editing([name: TreeEntry(name: name, mode: mode, id: new)]).bytes
        }
        #expect(try edited("a", .file) == Array("100644 a\0".utf8) + other + bytes[29...])
        #expect(try edited("a", .executable) == Array("100755 a\0".utf8) + other + bytes[29...])
        // An old group-writable file becomes a plain one; what was a file may become a folder, which sorts elsewhere.
        #expect(
            try TreeBytes(bytes: edited("b", .file)).entries().map(\.id)
                == tree.entries().map(\.id).replacingSecond(new)
        )
        #expect(try TreeBytes(bytes: edited("c", .file)).entry(named: "c")?.mode == .file)
        #expect(try TreeBytes(bytes: edited("d", .file)).entries().map(\.name) == ["a", "b", "c", "d"])
    }

    @Test func `one change in a long tree is a delta of two copies`() throws {
        let entries = (1000..<3000).map { Self.entry("100644", "name-\($0)") }
        let base = TreeBytes(bytes: entries.flatMap(\.self))
        let new = try #require(ObjectID(bytes: [UInt8](repeating: 9, count: 20)))
        for name: GitPath in ["name-1000", "name-2345", "name-2999", "name-0", "name-9"] {
            let target = try base.editing([name: TreeEntry(name: name, mode: .file, id: new)])
            let delta = try target.delta(from: base)
            #expect(delta.count < 100, "\(name)")
            #expect(try PackDelta.apply(delta, to: base.bytes, limit: 1 << 20) == target.bytes, "\(name)")
        }
        #expect(try PackDelta.apply(base.delta(from: base), to: base.bytes, limit: 1 << 20) == base.bytes)
        let far = try base.editing([
            "name-1001": TreeEntry(name: "name-1001", mode: .file, id: new), "name-2998": nil,
        ])
        let delta = try far.delta(from: base)
        #expect(delta.count < 200)
        #expect(try PackDelta.apply(delta, to: base.bytes, limit: 1 << 20) == far.bytes)
    }
}

extension [ObjectID] {
    fileprivate func replacingSecond(_ id: ObjectID) -> [ObjectID] { [self[0], id] + dropFirst(2) }
}
