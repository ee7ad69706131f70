import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayForge

/// Bitbucket Data Center's API as the contract server plays it.
struct BitbucketServerForgeTests {
    @Test func `Bitbucket Data Center does what every host must do`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            try await ForgeContract.run(fixture.contract)
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test func `each call is the request that Atlassian documents`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let pull = try await fixture.open(labels: ["promotion"])
            let forge = try fixture.forge()
            _ = try await forge.pullRequests(from: "promotion", to: "main")
            _ = try await forge.latest(50)
            let head = try #require(pull.head)
            try await forge.set(
                CommitStatus(
                    state: .pending,
                    context: "hoistway/prod",
                    description: "promoting",
                    targetURL: "https://h.example/1"
                ),
                on: head
            )
            _ = try await forge.merge(pull.number, method: "squash-ff-only", head: head)
            let log = fixture.server.log
            let base = "/rest/api/1.0/projects/acme/repos/ops"
            #expect(
                log.map(\.line) == [
                    // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-post
                    "POST \(base)/pull-requests",
                    // …#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-get
                    "GET \(base)/pull-requests",
                    "GET \(base)/pull-requests",
                    // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-builds-and-deployments/#api-api-latest-projects-projectkey-repos-repositoryslug-commits-commitid-builds-post
                    "POST \(base)/commits/\(head)/builds",
                    // …api-group-pull-requests/#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-pullrequestid-get
                    "GET \(base)/pull-requests/1",
                    // …#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-pullrequestid-merge-get
                    "GET \(base)/pull-requests/1/merge",
                    // …#api-api-latest-projects-projectkey-repos-repositoryslug-pull-requests-pullrequestid-merge-post
                    "POST \(base)/pull-requests/1/merge",
                ]
            )
            #expect(
                log[0].text
                    == #"{"description":"Why","fromRef":{"id":"refs/heads/promotion","repository":{"project":{"key":"acme"},"slug":"ops"}},"title":"Promote","toRef":{"id":"refs/heads/main","repository":{"project":{"key":"acme"},"slug":"ops"}}}"#
            )
            #expect(
                log[1].request.query == [
                    "at": "refs/heads/promotion", "direction": "OUTGOING", "state": "ALL", "order": "NEWEST",
                    "limit": "100",
                ]
            )
            #expect(log[2].request.query == ["state": "ALL", "order": "NEWEST", "limit": "50"])
            #expect(
                log[3].text
                    == #"{"description":"promoting","key":"hoistway/prod","name":"hoistway/prod","state":"INPROGRESS","url":"https://h.example/1"}"#
            )
            #expect(log[6].request.query == ["version": "0"])
            #expect(log[6].text == #"{"strategyId":"squash-ff-only"}"#)
            // https://confluence.atlassian.com/bitbucketserver/http-access-tokens-939515499.html
            let login = "Basic \(Base64.encode(Array("bot:\(ForgeServer.token)".utf8)))"
            #expect(Set(log.map { $0.request.headers["authorization"] }) == [login])
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test(arguments: ["", "x-token-auth"])
    func `an HTTP access token without a user is sent as a bearer`(_ username: String) async throws {
        let login = Credential.Login.password(username: username, password: Secret(ForgeServer.token))
        try await ForgeFixture.with(.bitbucketDataCenter, credential: login) { fixture in
            _ = try await fixture.forge().latest(1)
            #expect(fixture.server.log.map { $0.request.headers["authorization"] } == ["Bearer \(ForgeServer.token)"])
        }
    }

    @Test(
        arguments: [
            ("no-ff", 2), ("ff", 2), ("rebase-no-ff", 2), ("rebase-ff-only", 1), ("squash", 1), ("squash-ff-only", 1),
        ]
    )
    func `what landed is what Bitbucket says, by each strategy`(_ method: String, parents: Int) async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let pull = try await fixture.open()
            try await fixture.repository.commit(["main.txt": "meanwhile\n"], to: "main")
            let answer = try await fixture.forge().merge(pull.number, method: method, head: pull.head)
            let main = try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) }
            #expect(answer == .merged(commit: main))
            let found = try await fixture.repository.git("log", "-1", "--format=%P", "main").split(separator: " ")
            #expect(found.count == parents)
        }
    }

    @Test func `a fast-forward lands the head itself, or never where the target has moved`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let forge = try fixture.forge()
            let pull = try await fixture.open()
            #expect(
                try await forge.merge(pull.number, method: "ff-only", head: pull.head) == .merged(commit: pull.head)
            )
            let other = try await fixture.open("other")
            try await fixture.repository.commit(["main.txt": "meanwhile\n"], to: "main")
            #expect(
                try await forge.merge(other.number, method: "ff-only", head: other.head)
                    == .never("A fast-forward merge is not possible.")
            )
        }
    }

    @Test func `a merge waits for vetoes and drafts, and not for what a person must mend`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            func answer(_ method: String? = nil, head: ObjectID? = nil) async throws -> String {
                try await forge.merge(pull.number, method: method, head: head ?? pull.head).text
            }
            try await fixture.server.setDraft(pull.number, true)
            #expect(try await answer() == "not yet: it is a draft: mark it as ready")
            try await fixture.server.setDraft(pull.number, false)
            try await fixture.server.hold(pull.number)
            #expect(try await answer() == "not yet: Builds are missing")
            try await fixture.server.hold(pull.number, false)
            await fixture.server.forbid(methods: ["squash"])
            #expect(
                try await answer("squash") == "never: The merge strategy squash is not enabled for this repository"
            )
            let other = try #require(ObjectID(String(repeating: "7", count: 40)))
            #expect(try await answer(head: other).hasPrefix("never: its head is"))
            try await fixture.repository.commit(["promotion-1.txt": "another\n"], to: "main")
            #expect(try await answer() == "never: it conflicts with main")
            try await fixture.server.close(pull.number)
            #expect(try await answer() == "never: it is declined")
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test func `a version that has passed meanwhile is looked at once more`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            // https://support.atlassian.com/bitbucket-data-center/kb/bitbucket-server-rest-api-for-merging-pull-request-fails/
            let words = "You are attempting to modify a pull request based on out-of-date information."
            let stale = ForgeServerAnswer(
                409,
                [
                    "errors": [
                        [
                            "context": .null, "message": .string(words), "currentVersion": 1, "expectedVersion": 0,
                            "exceptionName": "com.atlassian.bitbucket.pull.PullRequestOutOfDateException",
                        ]
                    ]
                ]
            )
            fixture.server.inject(.answer(stale), method: "POST", path: "/merge", times: 2)
            #expect(try await forge.merge(pull.number, method: nil, head: pull.head) == .notYet(words))
            fixture.server.inject(.answer(stale), method: "POST", path: "/merge")
            fixture.server.emptyLog()
            let answer = try await forge.merge(pull.number, method: nil, head: pull.head)
            let main = try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) }
            #expect(answer == .merged(commit: main))
            #expect(fixture.server.log.map(\.status) == [200, 200, 409, 200, 200, 200])
        }
    }

    @Test func `a list is read over the pages that an administrator has made small`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            for number in 1...7 {
                try await fixture.push("b\(number)")
                try await fixture.server.open(from: "b\(number)", to: "main")
            }
            let found = try await fixture.forge().latest(6)
            #expect(found.map(\.number) == [7, 6, 5, 4, 3, 2])
            #expect(fixture.server.log.map { $0.request.query["start"] } == [nil, "5"])
            #expect(fixture.server.log.map { $0.request.query["limit"] } == ["6", "1"])
        }
    }

    /// Bitbucket answers 401 where the user is known, and may not do it.
    @Test func `a missing permission is told apart from a wrong password`() async throws {
        var options = ForgeServer.Options()
        options.tokens = [ForgeServer.token: ["REPO_READ"]]
        try await ForgeFixture.with(.bitbucketDataCenter, options: options) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            await #expect(
                throws: ForgeFailure.forbidden(
                    host: fixture.asked,
                    detail: "You are not permitted to access this resource",
                    needs: "the permission *Repository write*"
                )
            ) {
                try await forge.merge(pull.number, method: nil, head: pull.head)
            }
            fixture.server.revoke()
            let wrong = await #expect(throws: ForgeFailure.self) { try await forge.latest(1) }
            guard case .unauthenticated? = wrong else {
                throw TestServerError.failed("a wrong password", detail: "\(wrong as Any)")
            }
        }
    }

    @Test func `a repository that is gone is told apart from a branch that is not there`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let forge = try fixture.forge()
            let new = NewPullRequest(sourceBranch: "missing", targetBranch: "main", title: "x", body: "")
            await #expect(
                throws: ForgeFailure.refused(
                    host: fixture.asked,
                    detail: "Repository \"ops\" does not have a branch missing",
                    hint: "check that both branches are there"
                )
            ) {
                try await forge.open(new)
            }
            fixture.server.removeRepository()
            let gone = ForgeFailure.notFound(host: fixture.asked, what: "repository acme/ops")
            await #expect(throws: gone) { try await forge.open(new) }
            await #expect(throws: gone) { try await forge.latest(1) }
        }
    }

    @Test func `a status without a page links to the commit's own`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let head = try await fixture.push("promotion")
            let long = String(repeating: "k", count: 300)
            try await fixture.forge().set(CommitStatus(state: .error, context: long, description: long), on: head)
            let status = try #require(await fixture.server.statuses().first)
            #expect(status.url == "http://127.0.0.1:\(fixture.server.port)/projects/acme/repos/ops/commits/\(head)")
            #expect(status.context.count == 255)
            #expect(status.context.hasPrefix("kkk"))
            #expect(status.description.count == 255)
            #expect(status.state == "FAILED")
        }
    }

    @Test func `a personal repository is named with its tilde`() async throws {
        var options = ForgeServer.Options()
        options.owner = "~ada"
        try await ForgeFixture.with(.bitbucketDataCenter, options: options) { fixture in
            let url = "https://bb.example.com/scm/~ada/ops.git"
            let forge = try fixture.book.forge(url, provider: "bitbucket", project: "s", insecureSkipTLSVerify: false)
            _ = try await forge.latest(1)
            #expect(fixture.server.log.map(\.line) == ["GET /rest/api/1.0/projects/~ada/repos/ops/pull-requests"])
            #expect(fixture.server.log.map(\.status) == [200])
        }
    }

    @Test(
        arguments: [
            [:], ["values": [["id": 1]]],
            [
                "values": [
                    ["id": 1, "version": 0, "state": "??", "fromRef": ["id": "refs/heads/a"], "toRef": ["id": "b"]]
                ]
            ],
        ] as [ClusterValue]
    )
    func `an answer that is not what the API promises is refused`(_ answer: ClusterValue) async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            fixture.server.inject(.answer(ForgeServerAnswer(200, answer)))
            let failure = await #expect(throws: ForgeFailure.self) { try await fixture.forge().latest(1) }
            guard case .garbage? = failure else { throw TestServerError.failed("", detail: "\(failure as Any)") }
        }
    }

    @Test func `pages without an end are not read without an end`() async throws {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let page: ClusterValue = ["values": [], "isLastPage": false, "nextPageStart": 0]
            fixture.server.inject(.answer(ForgeServerAnswer(200, page)), times: 50)
            let found = try await fixture.forge().latest(100)
            #expect(found.isEmpty)
            #expect(fixture.server.log.count == 1)
        }
    }
}
