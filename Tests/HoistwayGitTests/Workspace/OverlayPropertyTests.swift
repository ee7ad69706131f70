import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// Random steps on a workspace and on a plain map of paths to contents must come to the same files.
struct OverlayPropertyTests {
    private static let names = ["a", "b", "c", "a.b"]

    private static func path(_ generator: inout SeededGenerator) -> [String] {
        (0..<Int.random(in: 1...3, using: &generator)).map { _ in names.randomElement(using: &generator) ?? "a" }
    }

    /// Random steps, and some of which an object went missing once; all in one push at the end, or in several.
    @Test(arguments: [nil, 20, 23] as [UInt64?], [false, true])
    func `an overlay behaves as a plain map of files does`(_ seed: UInt64?, pushesOften: Bool) async throws {
        var generator = seed.map { SeededGenerator(seed: $0) } ?? .printed()
        var files = ["a/b/c": "0", "b": "1", "c/a": "2", "c/c/c": "3"]
        let rig = try await LocalRig(files: files)
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: rig.remote, source: .defaultBranch, at: "m")
        // Git fixtures end each content with a newline of the stream, not of the file.
        for turn in 0..<400 {
            let path = Self.path(&generator)
            let text = path.joined(separator: "/")
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<5:
                let fits = Self.canWrite(path, files)
                do {
                    try await workspace.write("m/\(text)", Array("\(turn)".utf8))
                    #expect(fits, "\(text) at \(turn)")
                    files[text] = "\(turn)"
                } catch {
                    #expect(!fits, "\(text) at \(turn): \(error)")
                }
            case 5:
                guard Self.isFolder(path, files) else { continue }
                try await workspace.clear("m/\(text)")
                files = files.filter { !$0.key.hasPrefix("\(text)/") }
            case 6, 7:
                let to = Self.path(&generator)
                try await copy(path, to, workspace, &files)
            case 8:
                let known = try await workspace.read("m/c/../\(text)").map { String(decoding: $0, as: UTF8.self) }
                #expect(known == files[text])
            default:
                _ = try await workspace.commit("m", message: "Turn \(turn)", trailers: [])
            }
            if pushesOften, turn % 40 == 39 { try await push(workspace) }
        }
        _ = try await workspace.commit("m", message: "Last", trailers: [])
        try await push(workspace)
        try await rig.repository.fsck()
        let listed = try await rig.repository.git("ls-tree", "-r", "--name-only", "main")
        #expect(Set(listed.split(separator: "\n").map(String.init)) == Set(files.keys))
        for (path, content) in files { #expect(try await rig.repository.show(path) == content) }
    }

    private func push(_ workspace: OverlayWorkspace) async throws {
        guard try await !workspace.outgoing("m").commits.isEmpty else { return }
        #expect(try await OverlayWorkspaceTests.push(workspace, "m") == [.pushed])
    }

    private func copy(
        _ from: [String],
        _ to: [String],
        _ workspace: OverlayWorkspace,
        _ files: inout [String: String]
    ) async throws {
        let source = from.joined(separator: "/")
        let target = to.joined(separator: "/")
        guard Self.isFolder(from, files), !target.hasPrefix("\(source)/"), source != target else { return }
        var copied: [String: String] = [:]
        for (path, content) in files where path.hasPrefix("\(source)/") {
            copied[target + path.dropFirst(source.count)] = content
        }
        let fits = copied.keys.allSatisfy { Self.canWrite($0.split(separator: "/").map(String.init), files) }
        do {
            try await workspace.copy(from: "m/\(source)", to: "m/\(target)", ignore: [])
            #expect(fits, "\(source) to \(target)")
            files.merge(copied) { $1 }
        } catch {
            #expect(!fits, "\(source) to \(target): \(error)")
        }
    }

    /// Whether no file is where a folder must be, and no folder where the file must be.
    private static func canWrite(_ path: [String], _ files: [String: String]) -> Bool {
        let isBlocked = (1..<path.count).contains { files[path.prefix($0).joined(separator: "/")] != nil }
        return !isBlocked && !isFolder(path, files)
    }

    private static func isFolder(_ path: [String], _ files: [String: String]) -> Bool {
        let prefix = path.joined(separator: "/") + "/"
        return files.keys.contains { $0.hasPrefix(prefix) }
    }
}
