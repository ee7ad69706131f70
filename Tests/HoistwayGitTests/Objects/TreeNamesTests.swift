import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// Trees with names that must not be written again. (S4, S8, S13)
struct TreeNamesTests {
    private static let blob = GitObject(kind: .blob, bytes: Array("x\n".utf8))

    private static func remote(_ entries: [(mode: String, name: [UInt8])], _ folder: String) -> (
        RemoteRepository, ObjectID
    ) {
        let empty = GitObject.tree([("100644", Array("z".utf8), blob.id)])
        let tree = GitObject.tree(entries.map { ($0.mode, $0.name, $0.mode == "40000" ? empty.id : blob.id) })
        let commit = GitObject.commit(tree.id)
        return (PackTransport([blob, empty, tree, commit]).remote(in: folder), commit.id)
    }

    private static func edited(_ entries: [(mode: String, name: [UInt8])]) async throws -> (RemoteRepository, ObjectID?)
    {
        let folder = try TemporaryFolder("hoistway-names")
        let (remote, commit) = remote(entries, folder.path)
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: remote, source: .commit(commit), at: "src")
        try await workspace.write("src/m", Array("edited\n".utf8))
        guard case .committed(let id) = try await workspace.commit("src", message: "m", trailers: []) else {
            return (remote, nil)
        }
        return (remote, try await remote.commit(id).tree)
    }

    @Test(arguments: [
        ".", "..", ".git", ".GIT", ".Git", "git~1", "GIT~1", "git~12", ".git.", ".git ", ".git. .", ".git::$INDEX",
        ".git\\config", ".g\u{200C}it", "\u{FEFF}.git", ".gi\u{206A}t", ".\u{200D}.", "a/b", "/", "a\u{1B}[31m",
        "x\\.git", "x\\GIT~1", "x\\.g\u{200C}it\\hooks",
        "\u{7}",
        "a\nb", "a\tb", "\u{7F}",
    ])
    func `a folder with such an entry is not written again, and the entry is named`(_ name: String) async throws {
        let entries = [("100644", Array(name.utf8)), ("100644", Array("m".utf8))].sorted {
            $0.1.lexicographicallyPrecedes($1.1)
        }
        let failure = await #expect(throws: WorkspaceFailure.self) { _ = try await Self.edited(entries) }
        #expect(failure?.retry == .never)
        #expect(failure?.message.contains("the entry \(GitPath(name))") == true, "\(failure?.message ?? "")")
        let isPlain = failure?.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } == true
        #expect(isPlain)
        // Taking the folder as a whole, or the entry away, is possible.
        let folder = try TemporaryFolder("hoistway-names")
        let (remote, commit) = Self.remote(entries, folder.path)
        let tree = try await remote.commit(commit).tree
        _ = try await remote.editTree(tree, [GitPath(name): nil])
    }

    @Test func `other names stay as they are, byte for byte`() async throws {
        let names: [[UInt8]] = [
            Array(".gitignore".utf8), Array(".github".utf8), Array("...".utf8), Array("git".utf8), Array("git~".utf8),
            Array("git~a".utf8), Array(".gitmodules".utf8), Array("e\u{301}".utf8), Array("\u{E9}".utf8),
            Array("m".utf8), [0xFE], [0xFF], [0x80, 0x41],
        ].sorted { $0.lexicographicallyPrecedes($1) }
        let (remote, tree) = try await Self.edited(names.map { ("100644", $0) })
        let made = try await remote.tree(try #require(tree))
        #expect(made.map(\.name.bytes) == names)
        #expect(made.filter { $0.id != Self.blob.id }.map(\.name) == ["m"])
    }

    @Test(arguments: [
        [("100644", "n"), ("100644", "n")], [("100644", "n"), ("40000", "n")], [("100644", "z"), ("100644", "n")],
        [("100644", "n"), ("100644", "n.a"), ("40000", "n")], [("100644", "m"), ("100644", "m")],
        [("100644", "m"), ("100644", "m.a"), ("40000", "m")],
    ])
    func `entries that stand twice or in the wrong order fail at once`(_ entries: [(String, String)]) async throws {
        let failure = await #expect(throws: WorkspaceFailure.self) {
            _ = try await Self.edited(entries.map { ($0.0, Array($0.1.utf8)) } + [("100644", Array("zz".utf8))])
        }
        #expect(failure?.retry == .never, "\(failure?.message ?? "")")
    }

    @Test func `what is no tree fails at once and names repository and object`() async throws {
        let folder = try TemporaryFolder("hoistway-names")
        let broken = GitObject(kind: .tree, bytes: Array("100644 m".utf8))
        for tree in [broken, Self.blob] {
            let commit = GitObject.commit(tree.id)
            let remote = PackTransport([tree, commit]).remote(in: folder.path, name: tree.id.hex)
            let failure = await #expect(throws: GitFailure.self) { try await remote.tree(tree.id) }
            #expect(failure?.retry == .never)
            #expect(failure?.message.contains("https://git.example.com/app.git") == true)
            #expect(failure?.message.contains(tree.id.hex) == true)
        }
    }

    @Test func `a broken pack is told with the repository, and for good where its checksum is right`() async throws {
        let folder = try TemporaryFolder("hoistway-names")
        var writer = PackWriter()
        let absent = Self.blob.id
        let pack = writer.header(count: 1) + writer.delta([2, 2, 1, 0], base: absent) + writer.trailer()
        var damaged = pack
        damaged[damaged.count - 1] ^= 1
        for (index, bytes) in [pack, damaged, Array(pack.prefix(25))].enumerated() {
            let remote = PackTransport(pack: bytes).remote(in: folder.path, name: "\(index)")
            let failure = await #expect(throws: GitFailure.self) { try await remote.blob(absent) }
            #expect(failure?.message.contains("https://git.example.com/app.git") == true)
            #expect(failure?.retry == (index == 0 ? .never : .backoff), "\(failure?.message ?? "")")
        }
    }
}
