import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

struct TreeMergeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var old: [String: String]
        var new: [String: String]
        var target: [String: String]
        var merged: [String: String]
        var overwritten: [GitPath] = []
        var clashes: [GitPath] = []
    }

    static let cases = [
        Case(
            testDescription: "a change goes over, all else stays",
            old: ["a/x": "1", "b": "1"],
            new: ["a/x": "2", "b": "1"],
            target: ["a/x": "1", "a/y": "t", "c": "t"],
            merged: ["a/x": "2", "a/y": "t", "c": "t"]
        ),
        Case(
            testDescription: "a new file in a folder that is not there",
            old: ["b": "1"],
            new: ["b": "1", "n/m/x": "1"],
            target: ["c": "t"],
            merged: ["c": "t", "n/m/x": "1"]
        ),
        Case(
            testDescription: "a deleted file goes, and a folder that is empty then",
            old: ["a/x": "1", "b": "1"],
            new: ["b": "1"],
            target: ["a/x": "1", "c": "t"],
            merged: ["c": "t"]
        ),
        Case(
            testDescription: "a deleted folder keeps what the target has besides",
            old: ["a/x": "1", "b": "1"],
            new: ["b": "1"],
            target: ["a/x": "1", "a/z": "t"],
            merged: ["a/z": "t"]
        ),
        Case(
            testDescription: "a file that the target has otherwise is named",
            old: ["a/x": "1"],
            new: ["a/x": "2"],
            target: ["a/x": "t"],
            merged: ["a/x": "2"],
            overwritten: ["a/x"]
        ),
        Case(
            testDescription: "a file that the target has already is no change",
            old: ["a/x": "1"],
            new: ["a/x": "2"],
            target: ["a/x": "2", "b": "t"],
            merged: ["a/x": "2", "b": "t"]
        ),
        Case(
            testDescription: "a file that the target lacks is made",
            old: ["a/x": "1"],
            new: ["a/x": "2"],
            target: ["b": "t"],
            merged: ["a/x": "2", "b": "t"]
        ),
        Case(
            testDescription: "a folder where the target has a file",
            old: ["b": "1"],
            new: ["a/x": "1", "b": "1"],
            target: ["a": "t"],
            merged: ["a": "t"],
            clashes: ["a"]
        ),
        Case(
            testDescription: "everything goes",
            old: ["a/x": "1"],
            new: [:],
            target: ["a/x": "1"],
            merged: [:]
        ),
    ]

    @Test(arguments: cases)
    func `what changed goes over file by file`(_ given: Case) async throws {
        let rig = try await LocalRig()
        func tree(_ files: [String: String]) async throws -> ObjectID? {
            guard !files.isEmpty else { return nil }
            var root = OverlayDirectory()
            let editor = OverlayEditor(remote: rig.remote)
            for (path, text) in files {
                root = try await editor.setting(.file(Array(text.utf8), .file), at: WorkspacePath(path), in: root)
            }
            return try await editor.tree(of: root)
        }
        let result = try await TreeMerge(remote: rig.remote).merge(
            from: tree(given.old),
            to: tree(given.new),
            onto: tree(given.target)
        )
        #expect(result.tree == (try await tree(given.merged)))
        #expect(result.overwritten == given.overwritten)
        #expect(result.clashes == given.clashes)
    }
}
