import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// Several commits that go out in one push, of which later ones take back what earlier ones did.
struct UnpushedHistoryTests {
    @Test(arguments: ["", "env/dev/"])
    func `a change that is taken back before the push leaves nothing out`(_ folder: String) async throws {
        let rig = try await LocalRig(files: ["\(folder)README.md": "hello\n"])
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "m")
        // Its blob is new in the first commit and in the same place in all of them.
        try await workspace.write("m/\(folder)new.yaml", Array("new\n".utf8))
        for tag in ["1", "2", "1"] {
            try await workspace.write("m/\(folder)app.yaml", Array("tag: \(tag)\n".utf8))
            _ = try await workspace.commit("m", message: "Tag \(tag)", trailers: [])
        }
        #expect(try await OverlayWorkspaceTests.push(workspace, "m") == [.pushed])
        try await rig.repository.fsck()
        #expect(try await rig.repository.show("\(folder)new.yaml") == "new\n")
        #expect(try await rig.repository.show("\(folder)app.yaml") == "tag: 1\n")
    }

    @Test func `a folder that moves away and back before the push leaves nothing out`() async throws {
        let rig = try await LocalRig(files: ["old/a.yaml": "a\n"])
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "m")
        try await workspace.write("m/old/b.yaml", Array("b\n".utf8))
        _ = try await workspace.commit("m", message: "One", trailers: [])
        for (from, to) in [("old", "new"), ("new", "old"), ("old", "new")] {
            try await workspace.copy(from: "m/\(from)", to: "m/\(to)", ignore: [])
            try await workspace.clear("m/\(from)")
            _ = try await workspace.commit("m", message: "\(from) to \(to)", trailers: [])
        }
        #expect(try await OverlayWorkspaceTests.push(workspace, "m") == [.pushed])
        try await rig.repository.fsck()
        #expect(try await rig.repository.show("new/b.yaml") == "b\n")
    }

    @Test(arguments: [false, true])
    func `deltas of a wide folder never go round in a circle`(_ noThin: Bool) async throws {
        let files = Dictionary(uniqueKeysWithValues: (0..<4000).map { ("wide/file-\($0).yaml", "\($0)\n") })
        let rig = try await LocalRig(files: files, noThin: noThin)
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "m")
        for tag in ["a", "b", "c", "a", "b"] {
            try await workspace.write("m/wide/file-7.yaml", Array("\(tag)\n".utf8))
            _ = try await workspace.commit("m", message: "Tag \(tag)", trailers: [])
        }
        #expect(try await OverlayWorkspaceTests.push(workspace, "m") == [.pushed])
        try await rig.repository.fsck()
        #expect(try await rig.repository.show("wide/file-7.yaml") == "b\n")
        #expect(try await rig.repository.git("rev-list", "--count", "main") == "6")
    }

    @Test func `what is forgotten while a push is under way does not make the push fail`() async throws {
        let rig = try await Self.forgetfulRig()
        let tip = try await rig.id("main")
        let made = try await RemoteRepositoryTests.change(rig.remote, tip, "env/app.yaml", "tag: 2\n")
        let update = RefUpdate(ref: "refs/heads/main", old: tip, new: made)
        let pack = try await rig.remote.pack(for: [update])
        try await Self.forgetMade(rig.remote)
        #expect(try await rig.remote.push([update], pack: pack) == [.pushed])
        #expect(try PackReader(limit: 1 << 20).objects(in: await rig.remote.pack(for: [update])).isEmpty)
    }

    @Test func `what was forgotten and came from the remote since is not in the way of a push`() async throws {
        let rig = try await Self.forgetfulRig()
        let tip = try await rig.id("main")
        let theirs = try await rig.id("main:env/app.yaml")
        #expect(try await rig.remote.makeBlob(Array("tag: 1\n".utf8)) == theirs)
        try await Self.forgetMade(rig.remote)
        _ = try await rig.remote.blob(theirs)
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .commit(tip), at: "old")
        _ = try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "m")
        try await workspace.copy(from: "old/env/app.yaml", to: "m/env/copy.yaml", ignore: [])
        _ = try await workspace.commit("m", message: "Copy", trailers: [])
        #expect(try await OverlayWorkspaceTests.push(workspace, "m") == [.pushed])
        try await rig.repository.fsck()
        #expect(try await rig.repository.show("env/copy.yaml") == "tag: 1\n")
    }

    /// A remote that keeps few bytes of what is made for it.
    private static func forgetfulRig() async throws -> LocalRig {
        var limits = ObjectStore.Limits()
        limits.made = 100_000
        return try await LocalRig(files: ["env/app.yaml": "tag: 1\n"], limits: limits)
    }

    /// Makes so much that all older made objects are forgotten.
    private static func forgetMade(_ remote: RemoteRepository) async throws {
        for turn in 0..<50 { _ = try await remote.makeBlob([UInt8](repeating: UInt8(turn), count: 10_000)) }
    }
}
