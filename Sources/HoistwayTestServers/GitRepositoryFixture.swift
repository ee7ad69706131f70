import Foundation

/// A bare repository made by the `git` program.
package struct GitRepositoryFixture: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Makes an empty one for a server: with partial fetches, any object by id, and pushes over http.
    package static func bare(
        at path: String,
        objectFormat: String = "sha1",
        configuration: [String: String] = [:]
    ) async throws -> GitRepositoryFixture {
        let fixture = GitRepositoryFixture(path: path)
        try await TestProgram.check(
            "git",
            ["init", "--quiet", "--bare", "--initial-branch=main", "--object-format=\(objectFormat)", path]
        )
        let settings = [
            "uploadpack.allowFilter": "true", "uploadpack.allowAnySHA1InWant": "true",
            "http.receivepack": "true", "gc.auto": "0", "receive.autogc": "false",
        ].merging(configuration) { $1 }
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) { try await fixture.git("config", key, value) }
        return fixture
    }

    /// From now on it serves only whole commits, like a server without filters.
    package func refuseParts() async throws {
        for key in ["uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"] { try await git("config", key, "false") }
    }

    /// A text that compresses badly: a pack of it has two thirds of its size.
    package static func noise(megabytes: Int) -> String {
        (0..<megabytes * 83_000).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 36) }.joined()
    }

    /// Runs `git` in the repository; gives its output without the last newline.
    @discardableResult
    package func git(_ arguments: String..., input: [UInt8] = []) async throws -> String {
        try await git(arguments, input: input)
    }

    @discardableResult
    package func git(_ arguments: [String], input: [UInt8] = []) async throws -> String {
        let text = try await TestProgram.check("git", arguments, in: path, input: input).text
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// Adds one commit to `branch`, which is created if necessary; the commit writes `files` (path to content).
    ///
    /// Gives its id. `at`: seconds since 1970.
    @discardableResult
    package func commit(
        _ files: [String: String],
        to branch: String = "main",
        message: String = "Seed",
        by author: String = "Ada <ada@example.com>",
        at time: Int = 1_700_000_000
    ) async throws -> String {
        let parent = try await id(of: "refs/heads/\(branch)")
        var stream = "commit refs/heads/\(branch)\ncommitter \(author) \(time) +0000\n"
        stream += "data \(message.utf8.count)\n\(message)\n"
        if let parent { stream += "from \(parent)\n" }
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            stream += "M 100644 inline \(name)\ndata \(content.utf8.count)\n\(content)\n"
        }
        stream += "done\n"
        try await git("fast-import", "--quiet", "--done", "--date-format=raw", input: Array(stream.utf8))
        return try await git("rev-parse", "refs/heads/\(branch)")
    }

    /// The object of `ref`; `nil` where it does not exist.
    package func id(of ref: String) async throws -> String? {
        let result = try await TestProgram.run("git", ["rev-parse", "--verify", "--quiet", ref], in: path)
        return result.status == 0 ? result.text.split(separator: "\n").first.map(String.init) : nil
    }

    /// The content of a file on a branch.
    package func show(_ file: String, on branch: String = "main") async throws -> String {
        try await TestProgram.check("git", ["show", "refs/heads/\(branch):\(file)"], in: path).text
    }

    /// Installs a hook, a shell script.
    package func setHook(_ name: String, _ script: String) throws {
        let file = "\(path)/hooks/\(name)"
        try FileManager.default.createDirectory(atPath: "\(path)/hooks", withIntermediateDirectories: true)
        try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: file))
        guard chmod(file, 0o755) == 0 else {
            throw TestServerError.failed("chmod of \(file)", detail: String(cString: strerror(errno)))
        }
    }

    /// Throws where an object is missing or broken.
    package func fsck() async throws {
        try await git("fsck", "--full", "--strict")
    }

    /// A pack of everything that is reachable from the first ids and not from the others.
    package func pack(of ids: [String], without known: [String] = []) async throws -> [UInt8] {
        let revisions = (ids + known.map { "^\($0)" }).joined(separator: "\n") + "\n"
        return try await TestProgram.check(
            "git",
            ["pack-objects", "--revs", "--stdout", "-q"],
            in: path,
            input: Array(revisions.utf8)
        ).output
    }
}
