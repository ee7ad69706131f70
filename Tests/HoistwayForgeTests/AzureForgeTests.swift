import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayForge

/// Azure DevOps' API as the contract server plays it.
struct AzureForgeTests {
    @Test func `Azure DevOps does what every host must do`() async throws {
        try await ForgeFixture.with(.azure) { fixture in
            try await ForgeContract.run(fixture.contract)
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test func `each call is the request that Microsoft documents`() async throws {
        try await ForgeFixture.with(.azure) { fixture in
            let pull = try await fixture.open(labels: ["promotion", "prod"])
            #expect(pull.url == "\(fixture.server.apiURL)/acme/acme/_git/ops/pullrequest/1")
            let forge = try fixture.forge()
            _ = try await forge.pullRequests(from: "promotion", to: "main")
            _ = try await forge.latest(50)
            let head = try #require(pull.head)
            try await forge.set(
                CommitStatus(
                    state: .failure,
                    context: "hoistway/shop/prod",
                    description: "failed",
                    targetURL: "https://h.example/1"
                ),
                on: head
            )
            _ = try await forge.merge(pull.number, method: "squash", head: head)
            let log = fixture.server.log
            let base = "/acme/acme/_apis/git/repositories/ops"
            #expect(
                log.map(\.line) == [
                    // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/create?view=azure-devops-rest-7.1
                    "POST \(base)/pullrequests",
                    // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests?view=azure-devops-rest-7.1
                    "GET \(base)/pullrequests",
                    "GET \(base)/pullrequests",
                    // https://learn.microsoft.com/rest/api/azure/devops/git/statuses/create?view=azure-devops-rest-7.1
                    "POST \(base)/commits/\(head)/statuses",
                    // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request?view=azure-devops-rest-7.1
                    "GET \(base)/pullrequests/1",
                    // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/update?view=azure-devops-rest-7.1
                    "PATCH \(base)/pullrequests/1",
                    "GET \(base)/pullrequests/1",
                ]
            )
            #expect(
                log[0].text
                    == #"{"description":"Why","labels":[{"name":"promotion"},{"name":"prod"}],"sourceRefName":"refs/heads/promotion","targetRefName":"refs/heads/main","title":"Promote"}"#
            )
            #expect(
                log[1].request.query == [
                    "searchCriteria.sourceRefName": "refs/heads/promotion",
                    "searchCriteria.targetRefName": "refs/heads/main", "searchCriteria.status": "all", "$top": "100",
                    "api-version": "7.1",
                ]
            )
            #expect(
                log[2].request.query == ["searchCriteria.status": "all", "$top": "50", "api-version": "7.1"]
            )
            #expect(
                log[3].text
                    == #"{"context":{"genre":"hoistway/shop","name":"prod"},"description":"failed","state":"failed","targetUrl":"https://h.example/1"}"#
            )
            #expect(
                log[5].text
                    == #"{"completionOptions":{"bypassPolicy":false,"deleteSourceBranch":false,"mergeStrategy":"squash"},"lastMergeSourceCommit":{"commitId":"\#(head)"},"status":"completed"}"#
            )
            // https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate
            let login = "Basic \(Base64.encode(Array(":\(ForgeServer.token)".utf8)))"
            for entry in log {
                #expect(entry.request.headers["authorization"] == login)
                #expect(entry.request.query["api-version"] == "7.1")
                #expect(entry.request.headers["x-tfs-fedauthredirect"] == "Suppress")
            }
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test func `an Azure DevOps Server is asked in an older version that all of them take`() async throws {
        try await ForgeFixture.with(.azure) { fixture in
            let url = "http://127.0.0.1:1/acme/acme/_git/ops"
            let forge = try fixture.book.forge(url, provider: "azure", project: "shop", insecureSkipTLSVerify: false)
            _ = try await forge.latest(1)
            #expect(fixture.server.log.map { $0.request.query["api-version"] } == ["6.0"])
        }
    }

    @Test(arguments: [("noFastForward", 2), ("squash", 1), ("rebase", 1), ("rebaseMerge", 2)])
    func `what landed is what Azure DevOps says, by each method`(_ method: String, parents: Int) async throws {
        try await ForgeFixture.with(.azure) { fixture in
            let pull = try await fixture.open()
            try await fixture.repository.commit(["main.txt": "meanwhile\n"], to: "main")
            let answer = try await fixture.forge().merge(pull.number, method: method, head: pull.head)
            let main = try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) }
            #expect(answer == .merged(commit: main))
            #expect(try await fixture.forge().pullRequest(pull.number)?.state == .merged(commit: main))
            let found = try await fixture.repository.git("log", "-1", "--format=%P", "main").split(separator: " ")
            #expect(found.count == parents)
        }
    }

    @Test
    func `a merge waits for policies, for drafts and for Azure DevOps itself, and not for what a person must mend`()
        async throws
    {
        try await ForgeFixture.with(.azure) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            func answer(_ method: String? = nil, head: ObjectID? = nil) async throws -> String {
                try await forge.merge(pull.number, method: method, head: head ?? pull.head).text
            }
            try await fixture.server.delayCheck(pull.number, looks: 2)
            #expect(try await answer() == "not yet: Azure DevOps still works out whether it can be merged")
            try await fixture.server.delayCheck(pull.number, looks: 0)
            try await fixture.server.setDraft(pull.number, true)
            #expect(try await answer() == "not yet: it is a draft: publish it")
            try await fixture.server.setDraft(pull.number, false)
            // A policy has the status of a missing permission, 403.
            try await fixture.server.hold(pull.number)
            #expect(
                try await answer()
                    == "not yet: The pull request cannot be completed: required policies are not satisfied."
            )
            try await fixture.server.hold(pull.number, false)
            await fixture.server.forbid(methods: ["rebase"])
            #expect(try await answer("rebase") == "not yet: The merge strategy rebase is not allowed by policy")
            let other = try #require(ObjectID(String(repeating: "7", count: 40)))
            #expect(try await answer(head: other).hasPrefix("never: its head is"))
            try await fixture.repository.commit(["promotion-1.txt": "another\n"], to: "main")
            #expect(try await answer() == "never: it conflicts with main")
            try await fixture.server.close(pull.number)
            #expect(try await answer() == "never: it is abandoned")
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test func `a push between the look and the completion is found by Azure DevOps`() async throws {
        try await ForgeFixture.with(.azure) { fixture in
            let pull = try await fixture.open()
            let before = Self.pull(pull, status: "active")
            try await fixture.push("promotion")
            // The look shows the head that was there before the push.
            fixture.server.inject(.answer(ForgeServerAnswer(200, before)), method: "GET")
            let answer = try await fixture.forge().merge(pull.number, method: nil, head: pull.head)
            #expect(answer.text.hasPrefix("never: its head is"))
            #expect(fixture.server.log.suffix(3).map(\.status) == [200, 409, 200])
        }
    }

    @Test func `a completion that is made after it was taken is looked for until it is made`() async throws {
        try await ForgeFixture.with(.azure) { fixture in
            let pull = try await fixture.open()
            var forge = try #require(try fixture.forge() as? AzureForge)
            forge.pauses = [.zero, .zero, .zero]
            // Before it, and two looks after it.
            let active = Self.pull(pull, status: "active")
            fixture.server.inject(.answer(ForgeServerAnswer(200, active)), method: "GET", times: 3)
            let answer = try await forge.merge(pull.number, method: nil, head: pull.head)
            let main = try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) }
            #expect(answer == .merged(commit: main))
            #expect(
                fixture.server.log.dropFirst().map(\.request.method) == ["GET", "PATCH", "GET", "GET", "GET"]
            )
        }
    }

    @Test func `a completion that Azure DevOps does not end in time, or gives up, is no merge`() async throws {
        try await ForgeFixture.with(.azure) { fixture in
            let pull = try await fixture.open()
            var forge = try #require(try fixture.forge() as? AzureForge)
            forge.pauses = [.zero]
            let active = Self.pull(pull, status: "active")
            fixture.server.inject(.answer(ForgeServerAnswer(200, active)), method: "PATCH", times: 2)
            #expect(
                try await forge.merge(pull.number, method: nil, head: pull.head)
                    == .notYet("Azure DevOps still completes it")
            )
            var failed = active
            failed["mergeStatus"] = "failure"
            failed["mergeFailureMessage"] = "The merge\u{7} was lost"
            fixture.server.inject(.answer(ForgeServerAnswer(200, active)), method: "GET")
            fixture.server.inject(.answer(ForgeServerAnswer(200, failed)), method: "GET")
            #expect(
                try await forge.merge(pull.number, method: nil, head: pull.head)
                    == .never("Azure DevOps could not make the merge: The merge\\u{7} was lost")
            )
        }
    }

    @Test func `the page to sign in, a missing scope and a policy are told apart`() async throws {
        var options = ForgeServer.Options()
        options.tokens = [ForgeServer.token: ["vso.code_write"]]
        try await ForgeFixture.with(.azure, options: options) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            let failure = await #expect(throws: ForgeFailure.self) {
                try await forge.set(
                    CommitStatus(state: .success, context: "x", description: ""),
                    on: try #require(pull.head)
                )
            }
            guard case .forbidden(_, let detail, let needs)? = failure else {
                throw TestServerError.failed("a missing scope", detail: "\(failure as Any)")
            }
            #expect(detail.hasPrefix("TF401027"))
            #expect(needs == "*Code: Read & write* and *Code: Status*")
            fixture.server.inject(.answer(ForgeServerAnswer(203)))
            let page = await #expect(throws: ForgeFailure.self) { try await forge.latest(1) }
            #expect(page == .unauthenticated(host: fixture.asked, detail: "status 203"))
        }
    }

    @Test func `a description is cut to what Azure DevOps takes`() async throws {
        try await ForgeFixture.with(.azure) { fixture in
            try await fixture.push("promotion")
            let body = String(repeating: "🚀", count: 2500)
            let new = NewPullRequest(sourceBranch: "promotion", targetBranch: "main", title: "Promote", body: body)
            let pull = try await fixture.forge().open(new)
            let kept = try await fixture.server.pull(pull.number).body
            #expect(kept == String(repeating: "🚀", count: 1999) + "…")
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test(
        arguments: [
            [:], ["value": "no list"], ["value": [["pullRequestId": 1]]],
            ["value": [["pullRequestId": 1, "status": "??", "sourceRefName": "a", "targetRefName": "b"]]],
            ["value": [["pullRequestId": "1", "status": "active", "sourceRefName": "a", "targetRefName": "b"]]],
        ] as [ClusterValue]
    )
    func `an answer that is not what the API promises is refused`(_ answer: ClusterValue) async throws {
        try await ForgeFixture.with(.azure) { fixture in
            fixture.server.inject(.answer(ForgeServerAnswer(200, answer)))
            await #expect(
                throws: ForgeFailure.garbage(
                    host: fixture.asked,
                    detail: "it is not what the API promises for repository acme/acme/ops"
                )
            ) {
                try await fixture.forge().latest(1)
            }
        }
    }

    @Test func `delays that Azure DevOps asks for hold requests back`() async throws {
        try await ForgeFixture.with(.azure) { fixture in
            let forge = try fixture.forge()
            // https://learn.microsoft.com/azure/devops/integrate/concepts/rate-limits#api-client-experience
            fixture.server.inject(
                .answer(ForgeServerAnswer(200, ["value": [], "count": 0], headers: ["Retry-After": "30"]))
            )
            let found = try await forge.latest(1)
            #expect(found.isEmpty)
            await #expect(throws: ForgeFailure.limited(host: fixture.asked, pause: .seconds(30))) {
                try await forge.latest(1)
            }
            fixture.clock.advance(.seconds(31))
            _ = try await forge.latest(1)
            #expect(fixture.server.log.count == 2)
        }
    }

    private static func pull(_ pull: PullRequest, status: String) -> ClusterValue {
        [
            "pullRequestId": .integer(pull.number), "status": .string(status), "mergeStatus": "succeeded",
            "sourceRefName": .string("refs/heads/\(pull.sourceBranch)"),
            "targetRefName": .string("refs/heads/\(pull.targetBranch)"),
            "lastMergeSourceCommit": ["commitId": .string(pull.head?.hex ?? "")],
            "creationDate": "2026-11-29T20:00:00.1234567Z",
        ]
    }
}

extension MergeAnswer {
    /// For comparisons.
    var text: String {
        switch self {
        case .merged: "merged"
        case .notYet(let words): "not yet: \(words)"
        case .never(let words): "never: \(words)"
        }
    }
}
