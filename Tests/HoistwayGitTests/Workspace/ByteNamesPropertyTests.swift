import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// Names that Swift's `String` takes for equal, or cannot hold, are as different as Git takes them. (S4)
struct ByteNamesPropertyTests {
    private static let names: [[UInt8]] = [
        Array("\u{E9}".utf8), Array("e\u{301}".utf8), Array("\u{212B}".utf8), Array("\u{C5}".utf8),
        Array("A\u{30A}".utf8), [0xFE], [0xFF], [0xEF, 0xBF, 0xBD], Array("a".utf8), Array("a.".utf8), Array("a-".utf8),
    ]

    /// Contents by path: a folder is never also a file, as folders have two names before a file's.
    private typealias Files = [[UInt8]: String]

    private static func files(_ generator: inout SeededGenerator) -> Files {
        var files: Files = [:]
        for _ in 0..<Int.random(in: 0...25, using: &generator) {
            let parts = (0..<2).map { _ in names.randomElement(using: &generator) ?? [] }
            let path = [[UInt8(ascii: "d")] + parts[0], parts[1]].joined(separator: [UInt8(ascii: "/")])
            files[Array(path)] = "\(Int.random(in: 0...3, using: &generator))"
        }
        return files
    }

    private static func commit(_ files: Files, to rig: LocalRig, branch: String) async throws -> ObjectID {
        var tree: ObjectID?
        for (path, content) in files.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let parts = path.split(separator: UInt8(ascii: "/")).map { GitPath(bytes: $0) }
            let blob = try await rig.remote.makeBlob(Array(content.utf8))
            let old: ObjectID? = if let tree { try await rig.remote.entry(parts[0], in: tree)?.id } else { nil }
            let entry = TreeEntry(name: parts[1], mode: .file, id: blob)
            let folder = try await rig.remote.editTree(old, [parts[1]: entry])
            tree = try await rig.remote.editTree(tree, [parts[0]: TreeEntry(name: parts[0], mode: .tree, id: folder)])
        }
        let root: ObjectID = if let tree { tree } else { try await rig.remote.makeTree([]) }
        let made = try await rig.remote.makeCommit(
            CommitDraft(
                tree: root,
                parents: [],
                message: "m",
                author: CommitAuthor(name: "Ada", email: "ada@example.com"),
                at: Timestamp(seconds: 1)
            )
        )
        let update = RefUpdate(ref: "refs/heads/\(branch)", old: .zero, new: made)
        #expect(try await rig.remote.push([update], pack: rig.remote.pack(for: [update])) == [.pushed])
        return made
    }

    private static func listed(_ rig: LocalRig, _ branch: String) async throws -> Files {
        let output = try await TestProgram.check("git", ["ls-tree", "-r", "-z", branch], in: rig.repository.path).output
        var files: Files = [:]
        for line in output.split(separator: 0) {
            guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            let id = String(decoding: line[..<tab], as: UTF8.self).split(separator: " ")[2]
            files[Array(line[(tab + 1)...])] = try await rig.repository.git("cat-file", "blob", String(id))
        }
        return files
    }

    @Test(arguments: [nil, 3, 8] as [UInt64?])
    func `trees are compared, copied and written by the bytes of their names`(_ seed: UInt64?) async throws {
        var generator = seed.map { SeededGenerator(seed: $0) } ?? .printed()
        for _ in 0..<4 {
            let (old, new) = (Self.files(&generator), Self.files(&generator))
            let rig = try await LocalRig()
            let other = try await LocalRig()
            let before = try await Self.commit(old, to: rig, branch: "main")
            let after = try await Self.commit(new, to: rig, branch: "next")
            _ = try await Self.commit(old, to: other, branch: "main")

            let changes = try await OverlayWorkspaces().changes(
                from: rig.remote.commit(before).tree,
                to: rig.remote.commit(after).tree,
                in: rig.remote,
                limit: 1000
            )
            #expect(Set(changes.added.map(\.bytes)) == Set(new.keys.filter { old[$0] == nil }))
            #expect(Set(changes.deleted.map(\.bytes)) == Set(old.keys.filter { new[$0] == nil }))
            let changed = old.filter { path, content in new[path].map { $0 != content } ?? false }
            #expect(Set(changes.changed.map(\.bytes)) == Set(changed.keys))

            // Over what is there: within one repository, and carried into another.
            for (target, rules) in [(rig, []), (other, []), (rig, ["nothing"])] as [(LocalRig, [String])] {
                let workspace = OverlayWorkspaceTests.workspace()
                _ = try await workspace.mount(remote: rig.remote, source: .branch("next", create: false), at: "src")
                _ = try await workspace.mount(remote: target.remote, source: .branch("main", create: false), at: "out")
                try await workspace.copy(from: "src", to: "out", ignore: rules)
                guard case .committed = try await workspace.commit("out", message: "m", trailers: []) else {
                    #expect(try await Self.listed(target, "main") == old.merging(new) { $1 })
                    continue
                }
                #expect(try await OverlayWorkspaceTests.push(workspace, "out") == [.pushed])
                #expect(try await Self.listed(target, "main") == old.merging(new) { $1 })
                try await target.repository.fsck()
            }
        }
    }
}
