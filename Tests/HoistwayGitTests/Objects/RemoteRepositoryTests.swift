import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

struct RemoteRepositoryTests {
    static let files = [
        "README.md": "hello\n", "env/dev/app.yaml": "tag: 1\n", "env/prod/app.yaml": "tag: 2\n",
        "base/kustomization.yaml": "images: []\n",
    ]

    @Test func `loading takes one request for each level, however many paths are wanted`() async throws {
        let rig = try await LocalRig(files: Self.files)
        let tip = try await rig.id("main")
        _ = try await rig.remote.refs(prefixes: ["refs/heads/"])
        try await rig.remote.load([
            PathWant(commit: tip, directory: "env/dev", files: ["app.yaml"]),
            PathWant(commit: tip, directory: "./env/prod", files: ["app.yaml", "absent"]),
            PathWant(commit: tip, directory: "base", files: ["kustomization.yaml"]),
            PathWant(commit: tip, directory: "no/such/folder"),
        ])
        // Commit and root; env, base; dev, prod and base's file; the files of dev and prod.
        #expect(rig.transport.requests.count == 4)
        let before = rig.transport.statistics
        let commit = try await rig.remote.commit(tip)
        let env = try #require(try await rig.remote.entry("env", in: commit.tree))
        let dev = try #require(try await rig.remote.tree(env.id).first { $0.name == "dev" })
        let file = try #require(try await rig.remote.entry("app.yaml", in: dev.id))
        #expect(try await rig.remote.blob(file.id) == Array("tag: 1\n".utf8))
        #expect(rig.transport.statistics == before)
        #expect(commit.message == "Seed")
        #expect(commit.author == "Ada <ada@example.com>")
        #expect(commit.committedAt == Timestamp(seconds: 1_700_000_000))
    }

    @Test func `a server that serves only whole commits is asked for one commit deep, once`() async throws {
        let rig = try await LocalRig(files: Self.files, servesObjects: false)
        let tip = try await rig.id("main")
        try await rig.remote.load([PathWant(commit: tip, directory: "env/dev", files: ["app.yaml"])])
        #expect(rig.transport.requests == [FetchRequest(wants: [tip], depth: 1)])
    }

    @Test func `what is wanted by many at once is fetched once`() async throws {
        let rig = try await LocalRig(files: Self.files)
        let tip = try await rig.id("main")
        let remote = rig.remote
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await remote.load([PathWant(commit: tip, directory: "env/dev", files: ["app.yaml"])])
                }
            }
        }
        #expect(rig.transport.requests.count == 4)
    }

    @Test func `a commit that is made here is pushed with only its new objects`() async throws {
        let rig = try await LocalRig(files: Self.files)
        let tip = try await rig.id("main")
        let made = try await Self.change(rig.remote, tip, "env/dev/app.yaml", "tag: 3\n")
        let update = RefUpdate(ref: "refs/heads/main", old: tip, new: made)
        let pack = try await rig.remote.pack(for: [update])
        // Commit, root, env, dev, blob.
        #expect(try PackReader(limit: 1 << 20).objects(in: pack).count == 5)
        #expect(try await rig.remote.push([update], pack: pack) == [.pushed])
        try await rig.repository.fsck()
        #expect(try await rig.repository.show("env/dev/app.yaml") == "tag: 3\n")
        #expect(try await rig.repository.show("env/prod/app.yaml") == "tag: 2\n")
        // The remote has them now.
        #expect(try PackReader(limit: 1 << 20).objects(in: await rig.remote.pack(for: [update])).isEmpty)
    }

    @Test(arguments: [false, true])
    func `a wide folder goes out as a delta, unless the server wants none`(_ noThin: Bool) async throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<4000).map { ("wide/file-\($0).yaml", "\($0)\n") })
        let rig = try await LocalRig(files: files, noThin: noThin)
        let tip = try await rig.id("main")
        let first = try await Self.change(rig.remote, tip, "wide/file-7.yaml", "first\n")
        let second = try await Self.change(rig.remote, first, "wide/file-3999.yaml", "second\n")
        let update = RefUpdate(ref: "refs/heads/main", old: tip, new: second)
        let pack = try await rig.remote.pack(for: [update])
        #expect(pack.count < 4000)
        #expect(try await rig.remote.push([update], pack: pack) == [.pushed])
        #expect(noThin ? rig.transport.statistics.bytesSent > 80_000 : rig.transport.statistics.bytesSent < 4000)
        try await rig.repository.fsck()
        #expect(try await rig.repository.show("wide/file-3999.yaml") == "second\n")
        #expect(try await rig.repository.show("wide/file-7.yaml") == "first\n")
    }

    @Test func `history comes without trees and stops at what is known`() async throws {
        let rig = try await LocalRig(files: Self.files)
        var ids = [try await rig.id("main")]
        for turn in 0..<6 {
            let hex = try await rig.repository.commit(["README.md": "\(turn)\n"], message: "Turn \(turn)")
            ids.append(try #require(ObjectID(hex)))
        }
        let history = try await rig.remote.history(from: ids[6], until: ids[2], limit: 100)
        #expect(history.map(\.id) == ids[3...6].reversed())
        #expect(history.first?.message == "Turn 5")
        #expect(rig.transport.requests.count == 1)
        #expect(try await rig.remote.history(from: ids[6], until: ids[6], limit: 10).isEmpty)
        #expect(try await rig.remote.history(from: ids[6], until: ids[2], limit: 2).count == 2)
        #expect(rig.transport.requests.count == 1)
    }

    @Test func `names that could hurt never get into a tree`() async throws {
        let rig = try await LocalRig()
        let blob = try await rig.remote.makeBlob([1])
        let hostile = [
            "", ".", "..", "a/b", "a\0b", ".git", ".GIT", ".gIt", "git~1", "GIT~1", ".git ", ".git.", ".git::$DATA",
            ".g\u{200C}it", ".git\\x", "git~2", "..\u{FEFF}", "a\u{1B}[2J", "a\u{7F}",
            String(repeating: "x", count: 300),
        ]
        for name in hostile {
            await #expect(throws: GitFailure.self, "\(name)") {
                try await rig.remote.makeTree([TreeEntry(name: GitPath(name), mode: .file, id: blob)])
            }
        }
        let twice = TreeEntry(name: "a", mode: .file, id: blob)
        await #expect(throws: GitFailure.self) { try await rig.remote.makeTree([twice, twice]) }
        for name: GitPath in [".gitignore", ".github", "git", "a b", "é", "...", "-x", GitPath(bytes: [0xFE, 0xFF])] {
            _ = try await rig.remote.makeTree([TreeEntry(name: name, mode: .file, id: blob)])
        }
    }

    /// A commit on `tip` that sets one file.
    static func change(
        _ remote: RemoteRepository,
        _ tip: ObjectID,
        _ path: String,
        _ content: String
    ) async throws -> ObjectID {
        let editor = OverlayEditor(remote: remote)
        let root = OverlayDirectory(base: try await remote.commit(tip).tree)
        let changed = try await editor.setting(.file(Array(content.utf8), .file), at: WorkspacePath(path), in: root)
        let tree = try #require(try await editor.tree(of: changed))
        return try await remote.makeCommit(
            CommitDraft(
                tree: tree,
                parents: [tip],
                message: "Change \(path)",
                author: CommitAuthor(name: "Grace <x>", email: "grace@example.com\n"),
                at: Timestamp(seconds: 1_800_000_000)
            )
        )
    }
}
