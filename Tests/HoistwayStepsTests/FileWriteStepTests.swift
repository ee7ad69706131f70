import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Testing

/// `file-write`: sheet 4.3.
struct FileWriteStepTests {
    @Test(
        arguments: [
            (["path": "./w/new/n.txt", "contents": "text"], "new/n.txt", "text"),
            (["path": "w/n.txt", "contents": ""], "n.txt", ""),
            (["path": "w/../w/n.txt", "contents": "x\r\n", "permissions": "0644"], "n.txt", "x\r\n"),
            (["path": "w/n.txt", "contents": "x", "permissions": "0600"], "n.txt", "x"),
            (["path": "w/n.txt", "contents": "x", "permissions": ""], "n.txt", "x"),
            (["path": "w/old", "contents": "x", "overwrite": true], "old", "x"),
            (["path": "w/run", "contents": "x", "overwrite": true], "run", "x"),
        ] as [(ConfigValue, String, String)],
        FileBench.Kind.allCases
    )
    func `the text is written, and the file is not executable`(
        _ row: (config: ConfigValue, path: String, text: String),
        _ kind: FileBench.Kind
    ) async throws {
        let bench = try await FileBench(["old": "o", "run": "r"], modes: ["run": .executable], on: kind)
        let result = try await bench.run(("file-write", row.config))
        #expect(result.phase == .succeeded, "\(result.message)")
        #expect(try await bench.file(row.path) == row.text)
        #expect(try await bench.workspace.entry(at: GitPath("w/" + row.path)) == .file(isExecutable: false))
        #expect(result.output == [:])
    }

    @Test(
        arguments: [
            ([:], "config.path: path is missing"), (["path": "w/n"], "config.contents: contents is missing"),
            (["path": "", "contents": "x"], "config.path: path is empty"),
            (["path": "w/n", "contents": .number(1)], "config.contents: expected text"),
            (["path": "/w/n", "contents": "x"], "config.path: the path begins with a slash"),
            (["path": "../n", "contents": "x"], "config.path: the path leads out"),
            (["path": "w/../../w/n", "contents": "x"], "config.path: the path leads out"),
            (["path": ".git/config", "contents": "x"], "config.path: nothing is written into .git"),
            (["path": "./x/../.git", "contents": "x"], "config.path: nothing is written into .git"),
            (["path": ".", "contents": "x"], "config.path: the path names no file"),
            (["path": "w/n", "contents": "x", "permissions": "644"], "config.permissions: '644' is not a file mode"),
            (["path": "w/n", "contents": "x", "permissions": "0888"], "config.permissions: '0888' is not a file mode"),
            (["path": "w/n", "contents": "x", "permissions": "1644"], "config.permissions: '1644' is not a file mode"),
            (["path": "w/n", "contents": "x", "permissions": "0755"], "makes the file executable"),
            (["path": "w/n", "contents": "x", "permissions": "0666"], "lets everybody write"),
            (["path": "w/old", "contents": "x"], "w/old exists already"),
            (["path": "w/d", "contents": "x"], "w/d exists already"),
            (["path": "w/link", "contents": "x", "overwrite": true], "w/link is a symlink"),
            (["path": "w/link/n", "contents": "x"], "w/link is a symlink"),
        ] as [(ConfigValue, String)]
    )
    func `what may not be written fails for good`(_ config: ConfigValue, _ problem: String) async throws {
        let bench = try await FileBench(["old": "o", "d/x": "x", "link": "d"], modes: ["link": .symlink], on: .overlay)
        let result = try await bench.run(("file-write", config), threshold: 5)
        #expect(result.phase == .failed)
        #expect(result.message.contains(problem), "\(result.message)")
        #expect(try await bench.files() == ["old": "o", "d/x": "x", "link": "(symlink)"])
    }

    @Test(
        arguments: [
            (["path": "w/old/n", "contents": "x"], "old/n is not a regular file"),
            (["path": "w/d", "contents": "x", "overwrite": true], "w/d is not a regular file"),
            (["path": "w/.git/config", "contents": "x"], ".git"), (["path": "w/d/.GIT", "contents": "x"], ".GIT"),
        ] as [(ConfigValue, String)]
    )
    func `what cannot be written is an error`(_ config: ConfigValue, _ problem: String) async throws {
        let bench = try await FileBench(["old": "o", "d/x": "x"], on: .overlay)
        let result = try await bench.run(("file-write", config))
        #expect(result.phase == .errored)
        #expect(result.message.contains(problem), "\(result.message)")
        #expect(try await bench.files() == ["old": "o", "d/x": "x"])
    }
}
