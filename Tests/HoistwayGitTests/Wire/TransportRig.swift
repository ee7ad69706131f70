import Foundation
import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayGit

/// A repository with two commits, some folders and a tag, in a folder of its own.
struct SeededRepository: Sendable {
    let folder: TemporaryFolder
    let repository: GitRepositoryFixture
    let first: ObjectID
    let second: ObjectID

    static func make(
        name: String = "app.git",
        configuration: [String: String] = [:]
    ) async throws -> SeededRepository {
        let folder = try TemporaryFolder("hoistway-git")
        let repository = try await GitRepositoryFixture.bare(
            at: "\(folder.path)/\(name)",
            configuration: configuration
        )
        let first = try await repository.commit(
            ["README.md": "hello\n", "env/dev/app.yaml": "tag: 1\n", "env/prod/app.yaml": "tag: 1\n"]
        )
        let second = try await repository.commit(["env/dev/app.yaml": "tag: 2\n"], message: "Second")
        try await repository.git("tag", "-a", "v1", "-m", "one", first)
        try await repository.git("branch", "stage/dev", second)
        return try SeededRepository(
            folder: folder,
            repository: repository,
            first: #require(ObjectID(first)),
            second: #require(ObjectID(second))
        )
    }

    func id(_ expression: String) async throws -> ObjectID {
        try #require(ObjectID(try await repository.git("rev-parse", "--verify", expression)))
    }

    /// A commit that is not in the served repository, with the pack that it needs.
    func change(
        from parent: ObjectID,
        file: String = "env/dev/app.yaml",
        content: String
    ) async throws -> (commit: ObjectID, pack: [UInt8]) {
        let scratch = try TemporaryFolder("hoistway-scratch")
        let copy = GitRepositoryFixture(path: "\(scratch.path)/copy.git")
        try await TestProgram.check("git", ["clone", "--quiet", "--bare", repository.path, copy.path])
        try await copy.git("branch", "-f", "work", parent.hex)
        let id = try await copy.commit([file: content], to: "work", message: "Change to \(content)")
        let pack = try await copy.pack(of: [id], without: [parent.hex])
        return (try #require(ObjectID(id)), pack)
    }
}

/// Collects a pack.
final class PackSink: Sendable {
    private let collected = Mutex<[UInt8]>([])
    var bytes: [UInt8] { collected.withLock { $0 } }

    var sink: @Sendable (ArraySlice<UInt8>) async throws(GitFailure) -> Void {
        { (part: ArraySlice<UInt8>) async throws(GitFailure) in
            self.collected.withLock { $0.append(contentsOf: part) }
        }
    }

    /// The ids of the objects in the pack, by kind, found by the `git` program.
    func objects() async throws -> [String: Set<ObjectID>] {
        let folder = try TemporaryFolder("hoistway-pack")
        let bare = try await GitRepositoryFixture.bare(at: "\(folder.path)/sink.git")
        try await bare.git("index-pack", "--stdin", input: bytes)
        let listed = try await bare.git(
            "cat-file",
            "--batch-all-objects",
            "--batch-check=%(objectname) %(objecttype)"
        )
        var result: [String: Set<ObjectID>] = [:]
        for line in listed.split(separator: "\n") {
            let words = line.split(separator: " ")
            result[String(words[1]), default: []].insert(try #require(ObjectID(words[0])))
        }
        return result
    }
}

extension GitTransport {
    func pack(_ request: FetchRequest) async throws -> PackSink {
        let sink = PackSink()
        try await fetch(request, sink: sink.sink)
        return sink
    }

    func push(_ updates: [RefUpdate], bytes: [UInt8]) async throws(GitFailure) -> [RefResult] {
        try await push(updates) { (_: Bool) async throws(GitFailure) in bytes }
    }
}
