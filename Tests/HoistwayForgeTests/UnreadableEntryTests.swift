import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayForge

/// What a host lists that is not what its API promises, and pages that are not its own.
struct UnreadableEntryTests {
    private static let head = String(repeating: "a", count: 40)

    /// The least that each host's API promises of an open pull request from `promotion` to `main`.
    private static func entry(_ kind: ForgeServer.Kind, page: String, source: Int = 1) -> ClusterValue {
        func side(_ branch: String) -> ClusterValue {
            ["ref": .string(branch), "sha": .string(head), "repo": ["id": 1]]
        }
        func gitea(_ branch: String, _ repository: Int = 1) -> ClusterValue {
            ["ref": .string(branch), "sha": .string(head), "repo_id": .integer(repository)]
        }
        func cloud(_ branch: String) -> ClusterValue {
            ["branch": ["name": .string(branch)], "repository": ["uuid": "{1}"]]
        }
        func server(_ branch: String) -> ClusterValue {
            ["id": .string("refs/heads/\(branch)"), "latestCommit": .string(head), "repository": ["id": 1]]
        }
        let link = ClusterValue.string(page)
        return switch kind {
        case .github:
            ["number": 7, "html_url": link, "state": "open", "head": side("promotion"), "base": side("main")]
        case .gitlab:
            [
                "iid": 7, "web_url": link, "state": "opened", "source_branch": "promotion", "target_branch": "main",
                "source_project_id": 1, "target_project_id": 1,
            ]
        case .gitea:
            [
                "number": 7, "html_url": link, "state": "open", "head": gitea("promotion", source),
                "base": gitea("main"),
            ]
        case .bitbucketCloud:
            [
                "id": 7, "state": "OPEN", "source": cloud("promotion"), "destination": cloud("main"),
                "links": ["html": ["href": link]],
            ]
        case .bitbucketDataCenter:
            [
                "id": 7, "version": 0, "state": "OPEN", "fromRef": server("promotion"), "toRef": server("main"),
                "links": ["self": [["href": link]]],
            ]
        case .azure:
            [
                "pullRequestId": 7, "status": "active", "sourceRefName": "refs/heads/promotion",
                "targetRefName": "refs/heads/main", "repository": ["webUrl": link],
            ]
        }
    }

    private static func list(_ kind: ForgeServer.Kind, _ entries: [ClusterValue]) -> ForgeServerAnswer {
        let list = ClusterValue.list(entries)
        return switch kind {
        case .github, .gitlab, .gitea: ForgeServerAnswer(200, list)
        case .bitbucketCloud, .bitbucketDataCenter: ForgeServerAnswer(200, ["values": list])
        case .azure: ForgeServerAnswer(200, ["value": list])
        }
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `one entry that cannot be read is counted, and the others are read`(_ kind: ForgeServer.Kind) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let forge = try fixture.forge()
            let entries: [ClusterValue] = [
                ["number": "x"], Self.entry(kind, page: fixture.server.apiURL + "/7"), "nothing",
            ]
            fixture.server.inject(.answer(Self.list(kind, entries)))
            let latest = try await forge.latest(50)
            #expect(latest.map(\.number) == [7])
            #expect(latest.unread == 2)
            fixture.server.inject(.answer(Self.list(kind, entries)))
            let found = try await forge.pullRequests(from: "promotion", to: "main")
            #expect(found.map(\.number) == [7])
            #expect(found.unread == 2)
            // Nothing of it can be read: it is another API.
            fixture.server.inject(.answer(Self.list(kind, [["number": "x"]])))
            let failure = await #expect(throws: ForgeFailure.self) { try await forge.latest(50) }
            guard case .garbage? = failure else { throw TestServerError.failed("", detail: "\(failure as Any)") }
        }
    }

    @Test func `Gitea is asked for the two branches where its list has what cannot be read`() async throws {
        try await ForgeFixture.with(.gitea) { fixture in
            let pull = try await fixture.open("other")
            fixture.server.inject(
                .answer(Self.list(.gitea, [["number": "x"], Self.entry(.gitea, page: pull.url)]))
            )
            let found = try await fixture.forge().pullRequests(from: "none", to: "main")
            #expect(found.isEmpty)
            #expect(found.unread == 0)
            #expect(fixture.server.log.last?.line.contains("/pulls/main/none") == true)
        }
    }

    @Test func `Bitbucket Cloud opens none where one that is open cannot be read`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            try await fixture.push("promotion")
            let forked = Self.entry(.bitbucketCloud, page: fixture.server.apiURL)
            fixture.server.inject(.answer(Self.list(.bitbucketCloud, [["id": "x"], forked])))
            let new = NewPullRequest(sourceBranch: "promotion", targetBranch: "main", title: "Promote", body: "")
            let failure = await #expect(throws: ForgeFailure.self) { try await fixture.forge().open(new) }
            #expect(failure?.message.contains("1 open pull request from promotion to main cannot be read") == true)
            #expect(!fixture.server.log.contains { $0.line.hasPrefix("POST") })
        }
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `a page that is not the host's is left out, and one that holds a secret spoils its entry`(
        _ kind: ForgeServer.Kind
    ) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let forge = try fixture.forge()
            let own = fixture.server.apiURL + "/7"
            for page in ["https://evil.test/7", "javascript:alert(1)", "file:///etc/passwd"] {
                fixture.server.inject(
                    .answer(Self.list(kind, [Self.entry(kind, page: own), Self.entry(kind, page: page)]))
                )
                let found = try await forge.latest(50)
                #expect(found.first?.url.hasPrefix(own) == true)
                #expect(found.dropFirst().map(\.url) == [""], "its page alone is lost: \(found.map(\.url))")
            }
            let leaking = Self.entry(kind, page: "\(own)?token=\(ForgeServer.token)")
            fixture.server.inject(.answer(Self.list(kind, [Self.entry(kind, page: own), leaking])))
            let found = try await forge.latest(50)
            #expect(found.count == 1)
            #expect(found.unread == 1)
        }
    }

    @Test func `a pull request whose fork was deleted is still one of a fork at Gitea`() async throws {
        try await ForgeFixture.with(.gitea) { fixture in
            let pull = try await fixture.open()
            let fork = Self.entry(.gitea, page: pull.url, source: -1)
            fixture.server.inject(.answer(Self.list(.gitea, [fork])))
            #expect(try await fixture.forge().latest(50).map(\.isFromFork) == [true])
        }
    }

    @Test func `Bitbucket Data Center's list is not taken for one in the order of changes`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            for number in 1...6 {
                try await fixture.push("b\(number)")
                try await fixture.server.open(from: "b\(number)", to: "main")
            }
            let all = try await fixture.forge().latest(50)
            #expect(all.isComplete)
            #expect(!all.isByChange)
            #expect(try await !fixture.forge().latest(3).isComplete)
        }
    }
}
