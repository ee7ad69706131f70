import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayForge

/// A repository with the branch `main`, a host's contract server over it, and a forge that asks it.
struct ForgeFixture: Sendable {
    let folder: TemporaryFolder
    let repository: GitRepositoryFixture
    let server: ForgeServer
    let clock: ManualClock
    let redactor: Redactor
    let book: ForgeBook

    /// The repository's URL, as a manifest would write it.
    static let url = "http://127.0.0.1:1/acme/ops.git"

    /// Runs a test, and takes everything down after it.
    static func with(
        _ kind: ForgeServer.Kind,
        options: ForgeServer.Options = ForgeServer.Options(),
        credential: Credential.Login = .password(username: "bot", password: Secret(ForgeServer.token)),
        appTokens: any AppTokens = NoApp(),
        _ body: (ForgeFixture) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder("hoistway-forge")
        defer { folder.remove() }
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/ops.git")
        try await repository.commit(["README.md": "ops\n"])
        let server = try await ForgeServer.start(kind, repository: repository, options: options)
        defer { server.stop() }
        let clock = ManualClock()
        let redactor = Redactor()
        let book = ForgeBook(
            settings: ForgeSettings(
                hosts: Dictionary(
                    uniqueKeysWithValues: ["127.0.0.1:1", "bitbucket.org", "bb.example.com", "dev.azure.com"].map {
                        ($0, ForgeSettings.Host(apiURL: server.apiURL))
                    }
                )
            ),
            credentials: OneCredential(login: credential),
            clock: clock,
            redactor: redactor,
            appTokens: appTokens
        )
        try await body(
            ForgeFixture(
                folder: folder,
                repository: repository,
                server: server,
                clock: clock,
                redactor: redactor,
                book: book
            )
        )
    }

    /// Who is named in failures: the API is elsewhere than the repository.
    var asked: String { "127.0.0.1:\(server.port)" }

    func forge() throws -> any Forge {
        try book.forge(server.kind.url, provider: server.kind.provider, project: "shop", insecureSkipTLSVerify: false)
    }

    /// Adds a commit to a branch, which begins at `main`; gives its head.
    @discardableResult
    func push(_ branch: String, _ files: [String: String]? = nil) async throws -> ObjectID {
        if try await repository.id(of: "refs/heads/\(branch)") == nil {
            try await repository.git("branch", branch, "main")
        }
        let count = try await repository.git("rev-list", "--count", branch)
        let id = try await repository.commit(files ?? ["\(branch)-\(count).txt": "\(count)\n"], to: branch)
        guard let head = ObjectID(id) else { throw TestServerError.failed("pushing", detail: id) }
        return head
    }

    /// A branch with one commit, and a pull request from it to `main`.
    func open(_ branch: String = "promotion", labels: [String] = []) async throws -> PullRequest {
        try await push(branch)
        return try await forge().open(
            NewPullRequest(sourceBranch: branch, targetBranch: "main", title: "Promote", body: "Why", labels: labels)
        )
    }

    var contract: ForgeContract.Subject {
        get throws {
            ForgeContract.Subject(
                forge: try forge(),
                push: { try await push($0) },
                close: { try await server.close($0) },
                reopen: { try await server.reopen($0) },
                mergeByHand: { number in
                    let commit = try await server.mergeByHand(number)
                    return try #require(ObjectID(commit))
                },
                hold: { try await server.hold($0, $1) },
                retarget: { try await server.retarget($0, to: $1) }
            )
        }
    }
}

extension ForgeServer.Kind {
    /// As a step's `provider` says it.
    var provider: String {
        switch self {
        case .github: "github"
        case .gitlab: "gitlab"
        case .gitea: "gitea"
        case .bitbucketCloud, .bitbucketDataCenter: "bitbucket"
        case .azure: "azure"
        }
    }

    /// The repository's URL, as a manifest would write it for this kind.
    var url: String {
        switch self {
        case .github, .gitlab, .gitea: ForgeFixture.url
        case .bitbucketCloud: "https://bitbucket.org/acme/ops.git"
        case .bitbucketDataCenter: "https://bb.example.com/scm/acme/ops.git"
        case .azure: "https://dev.azure.com/acme/acme/_git/ops"
        }
    }
}

extension ForgeServer.LogEntry {
    /// The request's body.
    var text: String { String(decoding: request.body, as: UTF8.self) }
}

/// One login for every repository.
struct OneCredential: CredentialBook {
    var login: Credential.Login?

    func credential(_ kind: Credential.Kind, for url: String, project: String) -> Credential? {
        login.map { Credential(name: "shop/git", project: "shop", kind: kind, login: $0) }
    }
}

/// There is no GitHub App.
struct NoApp: AppTokens {
    func token(_ request: AppTokenRequest, refused: Secret?) async throws(GitFailure) -> Secret {
        throw .unsupported(url: request.repository, what: "an App")
    }
}

/// Stands still until it is set forward.
final class ManualClock: WallClock {
    private let moment = Mutex(Timestamp(seconds: 1_790_000_000))

    func now() -> Timestamp { moment.withLock { $0 } }

    func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }

    func sleep(for duration: Duration) async throws { advance(duration) }
}
