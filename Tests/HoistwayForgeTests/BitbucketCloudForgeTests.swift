import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayForge

/// Bitbucket Cloud's API as the contract server plays it.
struct BitbucketCloudForgeTests {
    @Test func `Bitbucket Cloud does what every host must do`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            try await ForgeContract.run(fixture.contract)
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test func `each call is the request that Atlassian documents`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let pull = try await fixture.open(labels: ["promotion"])
            let forge = try fixture.forge()
            _ = try await forge.pullRequests(from: "promotion", to: "main")
            _ = try await forge.latest(20)
            let head = try #require(pull.head)
            try await forge.set(
                CommitStatus(
                    state: .success,
                    context: "hoistway/prod",
                    description: "promoted",
                    targetURL: "https://h.example/1"
                ),
                on: head
            )
            _ = try await forge.merge(pull.number, method: "squash", head: head)
            let landed = try await fixture.repository.id(of: "refs/heads/main") ?? ""
            let log = fixture.server.log
            let base = "/2.0/repositories/acme/ops"
            #expect(
                log.map(\.line) == [
                    // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-get
                    "GET \(base)/pullrequests",
                    // …#api-repositories-workspace-repo-slug-pullrequests-post
                    "POST \(base)/pullrequests",
                    // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/#api-repositories-workspace-repo-slug-commit-commit-get
                    // Each short id is asked for once.
                    "GET \(base)/commit/\(head.hex.prefix(12))",
                    "GET \(base)/pullrequests",
                    "GET \(base)/pullrequests",
                    // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/#api-repositories-workspace-repo-slug-commit-commit-statuses-build-post
                    "POST \(base)/commit/\(head)/statuses/build",
                    // …api-group-pullrequests/#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-get
                    "GET \(base)/pullrequests/1",
                    // …#api-repositories-workspace-repo-slug-pullrequests-pull-request-id-merge-post
                    "POST \(base)/pullrequests/1/merge",
                    "GET \(base)/commit/\(landed.prefix(12))",
                ]
            )
            // https://developer.atlassian.com/cloud/bitbucket/rest/intro/#filtering
            let branches = #"source.branch.name = "promotion" AND destination.branch.name = "main""#
            let all = ["OPEN", "MERGED", "DECLINED", "SUPERSEDED"]
            #expect(
                log[0].request.queryValues == [
                    "state": ["OPEN"], "q": [branches], "sort": ["-created_on"], "pagelen": ["50"],
                ]
            )
            #expect(
                log[1].text
                    == #"{"description":"Why","destination":{"branch":{"name":"main"}},"source":{"branch":{"name":"promotion"}},"title":"Promote"}"#
            )
            #expect(
                log[3].request.queryValues == [
                    "state": all, "q": [branches], "sort": ["-created_on"], "pagelen": ["50"],
                ]
            )
            #expect(log[4].request.queryValues == ["state": all, "sort": ["-updated_on"], "pagelen": ["20"]])
            #expect(
                log[5].text
                    == #"{"description":"promoted","key":"hoistway/prod","name":"hoistway/prod","state":"SUCCESSFUL","url":"https://h.example/1"}"#
            )
            #expect(
                log[7].text
                    == #"{"close_source_branch":false,"merge_strategy":"squash","type":"pullrequestMergeParameters"}"#
            )
            // https://developer.atlassian.com/cloud/bitbucket/rest/intro/#authentication
            let login = "Basic \(Base64.encode(Array("bot:\(ForgeServer.token)".utf8)))"
            #expect(Set(log.map { $0.request.headers["authorization"] }) == [login])
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test func `an access token is sent as a bearer`() async throws {
        let login = Credential.Login.password(username: "x-token-auth", password: Secret(ForgeServer.token))
        try await ForgeFixture.with(.bitbucketCloud, credential: login) { fixture in
            _ = try await fixture.forge().latest(1)
            #expect(fixture.server.log.map { $0.request.headers["authorization"] } == ["Bearer \(ForgeServer.token)"])
        }
    }

    @Test(
        arguments: [
            ("merge_commit", 2), ("squash", 1), ("squash_fast_forward", 1), ("rebase_fast_forward", 1),
            ("rebase_merge", 2),
        ]
    )
    func `what landed is what Bitbucket says, by each strategy`(_ method: String, parents: Int) async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let pull = try await fixture.open()
            try await fixture.repository.commit(["main.txt": "meanwhile\n"], to: "main")
            let answer = try await fixture.forge().merge(pull.number, method: method, head: pull.head)
            let main = try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) }
            #expect(answer == .merged(commit: main))
            let found = try await fixture.repository.git("log", "-1", "--format=%P", "main").split(separator: " ")
            #expect(found.count == parents)
        }
    }

    @Test func `a merge waits for merge checks and drafts, and not for what a person must mend`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            func answer(_ method: String? = nil, head: ObjectID? = nil) async throws -> String {
                try await forge.merge(pull.number, method: method, head: head ?? pull.head).text
            }
            try await fixture.server.setDraft(pull.number, true)
            #expect(try await answer() == "not yet: it is a draft: mark it as ready")
            try await fixture.server.setDraft(pull.number, false)
            try await fixture.server.hold(pull.number)
            #expect(try await answer() == "not yet: 1 failed merge check")
            try await fixture.server.hold(pull.number, false)
            await fixture.server.forbid(methods: ["squash"])
            #expect(try await answer("squash") == "never: The merge strategy squash is not allowed")
            let other = try #require(ObjectID(String(repeating: "7", count: 40)))
            #expect(try await answer(head: other).hasPrefix("never: its head is"))
            fixture.server.inject(.answer(ForgeServerAnswer(202)), method: "POST", path: "/merge")
            #expect(try await answer() == "not yet: Bitbucket still merges it")
            // "Unable to merge because one of the refs involved changed while attempting to merge"
            fixture.server.inject(.answer(ForgeServerAnswer(409)), method: "POST", path: "/merge")
            #expect(try await answer() == "not yet: Bitbucket does not merge it now")
            // "If the merge took too long and timed out. In this case the caller should retry the request later"
            fixture.server.inject(.answer(ForgeServerAnswer(555)), method: "POST", path: "/merge")
            await #expect(throws: ForgeFailure.serverError(host: fixture.asked, status: 555, detail: "")) {
                try await answer()
            }
            try await fixture.repository.commit(["promotion-1.txt": "another\n"], to: "main")
            #expect(try await answer("fast_forward") == "never: A fast-forward is not possible")
            #expect(try await answer() == "never: You can't merge until you resolve all merge conflicts.")
            try await fixture.server.close(pull.number)
            #expect(try await answer() == "never: it is declined")
            #expect(fixture.server.violations.isEmpty)
        }
    }

    /// Bitbucket would take the second one as an edit of the first.
    @Test func `a pull request that is open already is not edited by opening it again`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let pull = try await fixture.open()
            let failure = await #expect(throws: ForgeFailure.self) {
                try await fixture.forge().open(
                    NewPullRequest(sourceBranch: "promotion", targetBranch: "main", title: "Other", body: "")
                )
            }
            #expect(
                failure?.message
                    == "\(fixture.asked) refused: pull request 1 from promotion to main is open already"
            )
            #expect(try await fixture.server.pull(pull.number).title == "Promote")
            #expect(fixture.server.log.filter { $0.request.method == "POST" }.count == 1)
        }
    }

    @Test func `more than one page of the latest is asked for here, wherever the answer says that it is`() async throws
    {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let first: ClusterValue = [
                "values": .list((1...50).map { Self.pull(number: 100 - $0) }),
                "next": "https://evil.example/2.0/repositories/acme/ops/pullrequests?page=2",
            ]
            let second: ClusterValue = ["values": .list((1...30).map { Self.pull(number: 50 - $0) })]
            fixture.server.inject(.answer(ForgeServerAnswer(200, first)))
            fixture.server.inject(.answer(ForgeServerAnswer(200, second)))
            let found = try await fixture.forge().latest(100)
            #expect(found.count == 80)
            #expect(found.first?.number == 99)
            #expect(fixture.server.log.map { $0.request.query["page"] } == [nil, "2"])
            // Ids that are not known are not asked for: that would be a request each.
            #expect(found.allSatisfy { $0.head == nil })
        }
    }

    @Test func `of many for two branches, the newest tell their commits`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let head = try await fixture.push("promotion")
            let page: ClusterValue = [
                "values": .list((1...30).map { Self.pull(number: $0, hash: String(head.hex.prefix(12))) })
            ]
            fixture.server.inject(.answer(ForgeServerAnswer(200, page)))
            let found = try await fixture.forge().pullRequests(from: "promotion", to: "main")
            #expect(found.map(\.number) == (1...30).reversed())
            #expect(found.first?.head == head)
            #expect(fixture.server.log.count == 2)
        }
    }

    @Test func `a short id that leads to another commit is refused, and a lost one is unknown`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let forge = try fixture.forge()
            let pull = Self.pull(number: 5, hash: "0123456789ab")
            fixture.server.inject(.answer(ForgeServerAnswer(200, pull)), path: "/pullrequests/5")
            #expect(try await forge.pullRequest(5)?.head == nil)
            fixture.server.inject(.answer(ForgeServerAnswer(200, pull)), path: "/pullrequests/5")
            let other: ClusterValue = ["hash": .string(String(repeating: "7", count: 40))]
            fixture.server.inject(.answer(ForgeServerAnswer(200, other)), path: "/commit/")
            let failure = await #expect(throws: ForgeFailure.self) { try await forge.pullRequest(5) }
            guard case .garbage? = failure else { throw TestServerError.failed("", detail: "\(failure as Any)") }
        }
    }

    @Test func `a missing scope is told with the scopes that it takes`() async throws {
        var options = ForgeServer.Options()
        options.tokens = [ForgeServer.token: ["pullrequest:write"]]
        try await ForgeFixture.with(.bitbucketCloud, options: options) { fixture in
            let head = try #require(try await fixture.open().head)
            await #expect(
                throws: ForgeFailure.forbidden(
                    host: fixture.asked,
                    detail: "Your credentials lack one or more required privilege scopes.",
                    needs: "`pullrequest:write` and `repository:write`"
                )
            ) {
                try await fixture.forge().set(
                    CommitStatus(state: .success, context: "x", description: ""),
                    on: head
                )
            }
        }
    }

    @Test func `a long name of a status is told apart by its digest`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let head = try await fixture.push("promotion")
            let forge = try fixture.forge()
            for end in ["a", "b"] {
                let context = "hoistway/a-project-with-a-long-name/production-\(end)"
                try await forge.set(CommitStatus(state: .success, context: context, description: ""), on: head)
            }
            let statuses = await fixture.server.statuses()
            #expect(Set(statuses.map(\.context)).count == 2)
            #expect(statuses.allSatisfy { $0.context.count == 40 })
            #expect(statuses.first?.url == "https://bitbucket.org/acme/ops/commits/\(head)")
            #expect(fixture.server.violations.isEmpty)
        }
    }

    private static func pull(number: Int, hash: String = "0123456789ab") -> ClusterValue {
        let repository: ClusterValue = ["uuid": "{5b6c1a4e-0000-4000-8000-000000004711}"]
        return [
            "id": .integer(number), "state": "OPEN", "title": "x", "updated_on": "2026-11-29T20:00:00.123456+00:00",
            "source": [
                "branch": ["name": "promotion"], "commit": ["hash": .string(hash)], "repository": repository,
            ],
            "destination": ["branch": ["name": "main"], "commit": .null, "repository": repository],
            "merge_commit": .null,
            "links": ["html": ["href": .string("https://bitbucket.org/acme/ops/pull-requests/\(number)")]],
        ]
    }
}
