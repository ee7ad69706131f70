import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

struct ObjectCacheTests {
    private static let small: ObjectStore.Limits = {
        var limits = ObjectStore.Limits()
        limits.memory = 300
        limits.packs = 3
        return limits
    }()

    private static func files(_ count: Int) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ("d\($0 % 7)/f\($0)", "content \($0)\n") })
    }

    @Test func `a restart finds what was fetched before`() async throws {
        let rig = try await LocalRig(files: RemoteRepositoryTests.files)
        let want = PathWant(commit: try await rig.id("main"), directory: "env/dev", files: ["app.yaml"])
        try await rig.remote.load([want])
        await rig.remote.store.close()
        let next = rig.restarted()
        try await next.load([want])
        #expect(next.transport.statistics == TransportStatistics())
    }

    @Test func `what is made at the same time is all found and sent, small and large`() async throws {
        let rig = try await LocalRig(files: Self.files(10))
        let tip = try await rig.id("main")
        let store = rig.remote.store
        let objects = (0..<60).map {
            GitObject(kind: .blob, bytes: Array("\($0)".utf8) + Array(repeating: 1, count: $0 * 1000))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for object in objects {
                group.addTask {
                    let id = await store.make(object)
                    #expect(await store.object(id) == object)
                    #expect(await store.missing(among: [id]).isEmpty)
                }
            }
            try await group.waitForAll()
        }
        let made = try await RemoteRepositoryTests.change(rig.remote, tip, "d1/new", "unpushed\n")
        let update = RefUpdate(ref: "refs/heads/main", old: tip, new: made)
        #expect(try await rig.remote.push([update], pack: rig.remote.pack(for: [update])) == [.pushed])
        #expect(await store.madeObject(made) == nil, "it is at the remote now")
        try await rig.repository.fsck()
    }

    @Test func `deleting the cache at any time costs requests and nothing else`() async throws {
        let rig = try await LocalRig(files: Self.files(60), limits: Self.small)
        let tip = try await rig.id("main")
        let made = try await RemoteRepositoryTests.change(rig.remote, tip, "d1/new", "unpushed\n")
        let root = try await rig.remote.commit(tip).tree
        for turn in 0..<4 {
            if turn > 0 { rig.deleteCache() }
            for entry in try await rig.remote.tree(root) {
                for file in try await rig.remote.tree(entry.id) {
                    #expect(try await rig.remote.blob(file.id).starts(with: "content".utf8))
                }
            }
        }
        rig.deleteCache()
        let update = RefUpdate(ref: "refs/heads/main", old: tip, new: made)
        #expect(try await rig.remote.push([update], pack: rig.remote.pack(for: [update])) == [.pushed])
        try await rig.repository.fsck()
    }

    @Test func `large packs are streamed to disk and survive the loss of the folder`() async throws {
        var limits = ObjectStore.Limits()
        limits.smallPack = 3000
        limits.memory = 100
        let rig = try await LocalRig(files: Self.files(200), servesObjects: false, limits: limits)
        let tip = try await rig.id("main")
        for _ in 0..<2 {
            try await rig.remote.load([PathWant(commit: tip, directory: "d3", files: ["f3"])])
            let root = try await rig.remote.commit(tip).tree
            let folder = try #require(try await rig.remote.entry("d3", in: root))
            let file = try #require(try await rig.remote.entry("f3", in: folder.id))
            #expect(try await rig.remote.blob(file.id) == Array("content 3\n".utf8))
            rig.deleteCache()
        }
    }

    @Test func `a cache that is deleted between looking and reading is fetched again`() async throws {
        let rig = try await LocalRig(files: Self.files(60))
        let tip = try await rig.id("main")
        let root = try await rig.remote.commit(tip).tree
        let folders = try await rig.remote.tree(root).map(\.id)
        try await rig.remote.prefetch(folders)
        await rig.remote.store.close()
        let next = rig.restarted()
        #expect(await next.store.missing(among: folders + [tip, root]).isEmpty)
        rig.deleteCache()
        for folder in folders { #expect(try await !next.tree(folder).isEmpty) }
        #expect(try await next.commit(tip).tree == root)
    }

    @Test func `damage on disk is noticed and healed`() async throws {
        let rig = try await LocalRig(files: RemoteRepositoryTests.files)
        let want = PathWant(commit: try await rig.id("main"), directory: "env/dev", files: ["app.yaml"])
        try await rig.remote.load([want])
        await rig.remote.store.close()
        let folder = "\(rig.cache)/repository"
        for pack in PackFolder.packs(in: folder) {
            let path = pack.stem + ".pack"
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for index in 20..<bytes.count - 20 { bytes[index] ^= 0x5A }
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        let next = rig.restarted()
        let commit = try await next.commit(want.commit)
        #expect(try await next.tree(commit.tree).count == 3)
        try await next.load([want])
    }

    @Test func `packs are put together and the cache stays within its size`() async throws {
        var limits = Self.small
        limits.disk = 60_000
        let rig = try await LocalRig(files: Self.files(600), limits: limits)
        let root = try await rig.remote.commit(rig.id("main")).tree
        for entry in try await rig.remote.tree(root) {
            for file in try await rig.remote.tree(entry.id).prefix(20) { _ = try await rig.remote.blob(file.id) }
        }
        let packs = PackFolder.packs(in: "\(rig.cache)/repository")
        #expect(!packs.isEmpty)
        #expect(packs.count <= limits.packs + 1)
        #expect(packs.reduce(0) { $0 + $1.size } <= limits.disk)
    }

    @Test func `an object that is too large is refused, and costs nothing that is cached`() async throws {
        var limits = ObjectStore.Limits()
        limits.smallPack = 1000
        limits.memory = 100
        limits.object = 50_000
        let rig = try await LocalRig(files: ["large": String(repeating: "x", count: 60_000), "a": "1"], limits: limits)
        let root = try await rig.remote.commit(rig.id("main")).tree
        let large = try #require(try await rig.remote.entry("large", in: root))
        // Stored as it is, so that the pack is streamed.
        try await rig.repository.git("config", "core.compression", "0")
        await #expect(throws: GitFailure.self) { try await rig.remote.blob(large.id) }
        #expect(!PackFolder.packs(in: "\(rig.cache)/repository").isEmpty)
        #expect(try await rig.remote.tree(root).count == 2)
    }

    @Test func `made objects that nobody pushes do not fill the memory`() async throws {
        var limits = ObjectStore.Limits()
        limits.made = 100_000
        let rig = try await LocalRig(limits: limits)
        let first = try await rig.remote.makeBlob([1])
        let tree = try await rig.remote.makeTree([TreeEntry(name: "a", mode: .file, id: first)])
        let draft = CommitDraft(
            tree: tree,
            parents: [],
            message: "m",
            author: CommitAuthor(name: "a", email: "b"),
            at: Timestamp(seconds: 0)
        )
        for turn in 0..<50 { _ = try await rig.remote.makeBlob([UInt8](repeating: UInt8(turn), count: 10_000)) }
        #expect(await rig.remote.store.madeBytes <= 100_000)
        // What leads to something forgotten is not sent.
        let tip = try await rig.remote.makeCommit(draft)
        await #expect(throws: GitFailure.self) {
            try await rig.remote.pack(for: [RefUpdate(ref: "refs/heads/x", old: .zero, new: tip)])
        }
    }
}
