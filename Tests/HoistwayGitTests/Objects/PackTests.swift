import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

struct PackTests {
    @Test func `objects get the ids that git gives them`() async throws {
        let rig = try await LocalRig()
        for content in ["", "hello\n", String(repeating: "x", count: 70_000)] {
            let object = GitObject(kind: .blob, bytes: Array(content.utf8))
            let id = try await rig.repository.git(["hash-object", "--stdin"], input: object.bytes)
            #expect(object.id.hex == id)
            #expect(try object.checkedID().hex == id)
        }
        #expect(ObjectID.emptyTree.hex == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
    }

    @Test func `a pack of ours is indexed by git and holds the same objects`() async throws {
        let rig = try await LocalRig()
        // Sizes around those at which the memory for compressing changes.
        let sizes = [1, 511, 512, 513, 4096, 4097, 32_768, 32_769, 300_000]
        let contents =
            (0..<40).map { String(repeating: "line \($0)\n", count: $0 * 13) }
            + sizes.map { size in String((0..<size).map { Character(Unicode.Scalar(UInt8(32 + $0 * $0 % 89))) }) }
        let objects = contents.map { GitObject(kind: .blob, bytes: Array($0.utf8)) }
        var writer = PackWriter()
        var pack = writer.header(count: objects.count)
        for object in objects { pack += writer.object(object) }
        pack += writer.trailer()
        try await rig.repository.git(["index-pack", "--stdin", "--strict"], input: pack)
        for object in objects {
            let size = try await rig.repository.git("cat-file", "-s", object.id.hex)
            #expect(size == "\(object.bytes.count)")
        }
        let read = try PackReader(limit: 1 << 20).objects(in: pack)
        #expect(read == Dictionary(objects.map { ($0.id, $0) }) { first, _ in first })
    }

    @Test func `a pack of git's with deltas is read whole`() async throws {
        let rig = try await LocalRig()
        for turn in 0..<12 {
            let text = (0..<300).map { "\($0 == turn * 20 ? "changed" : "line") \($0)\n" }.joined()
            try await rig.repository.commit(["a/file.yaml": text, "b/\(turn).txt": "\(turn)"])
        }
        let tip = try await rig.repository.git("rev-parse", "main")
        let revisions = Array("\(tip)\n".utf8)
        for arguments in [["--delta-base-offset"], []] {
            let result = try await TestProgram.check(
                "git",
                ["pack-objects", "--revs", "--stdout", "-q", "--depth=50"] + arguments,
                in: rig.repository.path,
                input: revisions
            )
            let objects = try PackReader(limit: 8 << 20).objects(in: result.output)
            let ids = try await rig.repository.git("rev-list", "--objects", "--no-object-names", "--all")
            #expect(Set(ids.split(separator: "\n").compactMap { ObjectID($0) }) == Set(objects.keys))
        }
    }

    @Test func `damaged packs are refused and never trap`() throws {
        var writer = PackWriter()
        var pack = writer.header(count: 2)
        pack += writer.object(GitObject(kind: .blob, bytes: Array("hello".utf8)))
        pack += writer.object(GitObject(kind: .blob, bytes: [UInt8](repeating: 7, count: 5000)))
        pack += writer.trailer()
        #expect(throws: PackError.badTrailer) {
            try PackReader(limit: 1 << 20).objects(in: Array(pack.dropLast(25)) + pack.suffix(20))
        }
        #expect(throws: PackError.truncated) { try PackReader(limit: 1 << 20).objects(in: Array(pack.prefix(20))) }
        #expect(throws: PackError.tooLarge) { try PackReader(limit: 4000).objects(in: pack) }
        var generator = SeededGenerator.printed()
        for _ in 0..<2000 {
            var damaged = pack.dropLast(20)
            for _ in 0..<3 { damaged[Int.random(in: 8..<damaged.count, using: &generator)] = .random(in: 0...255) }
            let sealed = Array(damaged) + SHA1Checksum.of(damaged)
            // Either it still is a pack, or it is refused.
            _ = try? PackReader(limit: 1 << 16).objects(in: sealed)
        }
    }

    @Test func `deltas that wait for a base that never comes are bounded like objects`() throws {
        let zeros = [UInt8](repeating: 0, count: 30_000)
        let absent = GitObject(kind: .blob, bytes: Array("absent".utf8)).id
        func pack(_ count: Int) -> [UInt8] {
            var writer = PackWriter(level: 1)
            var pack = writer.header(count: count)
            for _ in 0..<count { pack += writer.delta(zeros, base: absent) }
            return pack + writer.trailer()
        }
        #expect(throws: PackError.missingBase(absent)) { try PackReader(limit: 64_000).objects(in: pack(2)) }
        #expect(throws: PackError.tooLarge) { try PackReader(limit: 64_000).objects(in: pack(3)) }
    }

    @Test func `a tree's delta rebuilds the tree, whatever changed`() throws {
        var generator = SeededGenerator.printed()
        for _ in 0..<200 {
            let base = try TreeBytes(bytes: []).editing(Self.randomChanges(&generator, count: 60))
            let target = try base.editing(Self.randomChanges(&generator, count: 12, removing: true))
            let delta = try target.delta(from: base)
            #expect(try PackDelta.apply(delta, to: base.bytes, limit: 1 << 20) == target.bytes)
        }
    }

    @Test func `edited trees are the ones that git makes`() async throws {
        let rig = try await LocalRig()
        var generator = SeededGenerator.printed()
        let blob = try await rig.repository.git(["hash-object", "-w", "--stdin"], input: Array("x".utf8))
        let folder = try await rig.repository.git(["mktree"], input: Array("100644 blob \(blob)\tx\n".utf8))
        for _ in 0..<8 {
            var changes: [GitPath: TreeEntry?] = [:]
            for name: GitPath in ["a", "a.b", "a-b", "a0", "ab", "A", "b", "é", "z"]
            where Bool.random(using: &generator) {
                let isTree = Bool.random(using: &generator)
                let id = try #require(ObjectID(isTree ? folder : blob))
                changes[name] = TreeEntry(name: name, mode: isTree ? .tree : .file, id: id)
            }
            let first = try TreeBytes(bytes: []).editing(changes)
            let flipped = changes.filter { _ in Bool.random(using: &generator) }.mapValues { _ in TreeEntry?.none }
            let second = try first.editing(flipped)
            let lines = try second.entries().shuffled(using: &generator).map {
                "\($0.mode == .tree ? "040000 tree" : "100644 blob") \($0.id)\t\($0.name)\n"
            }
            let expected = try await rig.repository.git(
                ["mktree", "-z"],
                input: Array(
                    lines.joined().replacing("\n", with: "\0").utf8
                )
            )
            #expect(GitObject(kind: .tree, bytes: second.bytes).id.hex == expected)
        }
    }

    private static func randomChanges(
        _ generator: inout SeededGenerator,
        count: Int,
        removing: Bool = false
    ) -> [GitPath: TreeEntry?] {
        var changes: [GitPath: TreeEntry?] = [:]
        for _ in 0..<count {
            let name: GitPath = "f\(Int.random(in: 0..<100, using: &generator))"
            let bytes = (0..<20).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let isGone = removing && Bool.random(using: &generator)
            changes[name] =
                isGone ? .some(nil) : ObjectID(bytes: bytes).map { TreeEntry(name: name, mode: .file, id: $0) }
        }
        return changes
    }
}
