import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging
import Synchronization
import Testing

@testable import HoistwayGit

/// Credentials by project.
private struct Credentials: CredentialBook {
    var byProject: [String: Credential] = [:]

    func credential(_ kind: Credential.Kind, for url: String, project: String) -> Credential? {
        byProject[project]
    }
}

/// A clock that is moved by hand.
final class HeldClock: WallClock {
    private let moment = Mutex(Timestamp(seconds: 1_790_000_000))

    func now() -> Timestamp { moment.withLock { $0 } }
    func sleep(for duration: Duration) async throws { advance(duration) }
    func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }
}

struct RemoteBookTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func book(_ cache: String?, _ credentials: Credentials = Credentials()) -> RemoteBook {
        RemoteBook(
            settings: GitSettings(cachePath: cache),
            credentials: credentials,
            clock: HeldClock(),
            logger: logger
        )
    }

    private static func login(_ username: String) -> Credential {
        Credential(
            name: "p/s",
            project: "p",
            kind: .git,
            login: .password(username: username, password: Secret("hunter2"))
        )
    }

    @Test func `one URL and one credential are one remote, another credential is another`() async throws {
        let credentials = Credentials(byProject: ["a": Self.login("x"), "b": Self.login("x"), "c": Self.login("y")])
        let book = Self.book(nil, credentials)
        let remotes = try ["a", "b", "c", "d"].map {
            try #require(
                try book.remote("https://git.example.com/app.git", project: $0, insecureSkipTLSVerify: false)
                    as? RedactingRemote
            )
        }
        #expect(remotes[0] === remotes[1])
        #expect(remotes[0] !== remotes[2])
        #expect(remotes[2] !== remotes[3])
        #expect(throws: GitFailure.self) { try book.remote("ftp://x/y", project: "a", insecureSkipTLSVerify: false) }
        await book.close()
    }

    @Test func `the first promotion of a large repository takes ten round trips and 64 KB at most`() async throws {
        let seeded = try await NestedRepository.make(folders: 40, entries: 250)
        let server = try await SharedServers.shared.http(allowsVersion2: true)
        let book = Self.book("\(seeded.folder.path)/cache")
        let remote = try #require(
            try book.remote(
                server.url(for: String(seeded.repository.path.dropFirst())),
                project: "p",
                insecureSkipTLSVerify: false
            ) as? RedactingRemote
        )
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: remote, source: .branch("main", create: false), at: "src")
        _ = try await workspace.mount(remote: remote, source: .branch("stage/new", create: true), at: "out")
        try await workspace.clear("out")
        let file = "src/apps/folder-7/file-13/kustomization.yaml"
        #expect(try await workspace.read(file) != nil)
        try await workspace.write(file, Array("images: [new]\n".utf8))
        try await workspace.copy(from: "src", to: "out", ignore: [])
        _ = try await workspace.commit("out", message: "Promote", trailers: [])
        #expect(try await OverlayWorkspaceTests.push(workspace, "out") == [.pushed])
        let cost = try #require(remote.remote as? RemoteRepository).transport.statistics
        #expect(cost.roundTrips <= 10, "\(cost)")
        #expect(cost.bytesReceived <= 64 << 10, "\(cost)")
        #expect(cost.bytesSent <= 64 << 10, "\(cost)")
        try await seeded.repository.fsck()
        let changed = try await seeded.repository.git("diff", "--name-only", "main", "stage/new")
        #expect(changed == "apps/folder-7/file-13/kustomization.yaml")
        await book.close()
    }

    @Test func `a server without protocol v2 is promoted too`() async throws {
        let seeded = try await NestedRepository.make(folders: 2, entries: 5)
        let server = try await SharedServers.shared.http(allowsVersion2: false)
        let book = Self.book("\(seeded.folder.path)/cache")
        let url = server.url(for: String(seeded.repository.path.dropFirst()))
        let remote = try book.remote(url, project: "p", insecureSkipTLSVerify: false)
        let workspace = OverlayWorkspaceTests.workspace()
        _ = try await workspace.mount(remote: remote, source: .defaultBranch, at: "src")
        try await workspace.write("src/apps/folder-1/file-3/kustomization.yaml", Array("images: [new]\n".utf8))
        _ = try await workspace.commit("src", message: "Promote", trailers: [])
        #expect(try await OverlayWorkspaceTests.push(workspace, "src") == [.pushed])
        try await seeded.repository.fsck()
        await book.close()
    }
}

/// A repository with folders of folders of one file each.
struct NestedRepository {
    let folder: TemporaryFolder
    let repository: GitRepositoryFixture

    static func make(folders: Int, entries: Int) async throws -> NestedRepository {
        let folder = try TemporaryFolder("hoistway-nested")
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/app.git")
        var files: [String: String] = [:]
        for outer in 0..<folders {
            for inner in 0..<entries {
                files["apps/folder-\(outer)/file-\(inner)/kustomization.yaml"] = "images: [\(outer)-\(inner)]\n"
            }
        }
        try await repository.commit(files)
        return NestedRepository(folder: folder, repository: repository)
    }
}
