import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayForge

/// What every host has in common, against the contract server of each, and the requests that each documents.
struct HostRequestsTests {
    @Test(arguments: ForgeServer.Kind.allCases)
    func `every host does what the port promises, by requests that its documentation allows`(
        _ kind: ForgeServer.Kind
    ) async throws {
        try await ForgeFixture.with(kind) { fixture in
            try await ForgeContract.run(fixture.contract)
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `a merge by each method of the host moves the target to what the host says`(
        _ kind: ForgeServer.Kind
    ) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let forge = try fixture.forge()
            for (index, method) in forge.kind.mergeMethods.enumerated() where method != "manually-merged" {
                let branch = "promotion-\(index)"
                let pull = try await fixture.open(branch)
                let answer = try await forge.merge(pull.number, method: method, head: pull.head)
                let main = try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) }
                #expect(answer == .merged(commit: main), "\(method)")
                #expect(try await fixture.server.pull(pull.number).state != .open)
            }
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `each host tells a conflict, a draft, a forbidden method and another head`(
        _ kind: ForgeServer.Kind
    ) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let forge = try fixture.forge()
            let pull = try await fixture.open()
            try await fixture.server.setDraft(pull.number, true)
            let draft = try await forge.merge(pull.number, method: nil, head: pull.head)
            guard case .notYet = draft else { throw TestServerError.failed("a draft", detail: "\(draft)") }
            try await fixture.server.setDraft(pull.number, false)
            let moved = try await forge.merge(
                pull.number,
                method: nil,
                head: ObjectID(String(repeating: "7", count: 40))
            )
            guard case .never = moved else { throw TestServerError.failed("another head", detail: "\(moved)") }
            let method = try #require(forge.kind.mergeMethods.first { $0.hasPrefix("squash") })
            await fixture.server.forbid(methods: [method])
            let forbidden = try await forge.merge(pull.number, method: method, head: pull.head)
            switch (kind, forbidden) {
            // Azure DevOps says the same of a policy that is not met yet.
            case (.azure, .notYet(let words)): #expect(words.contains("policy"))
            // Bitbucket Cloud has no status of its own for it, but words.
            case (_, .never(let words)): #expect(!words.isEmpty)
            default: throw TestServerError.failed("a forbidden method", detail: "\(forbidden)")
            }
            try await fixture.repository.commit(["promotion-1.txt": "another\n"], to: "main")
            let conflict = try await forge.merge(pull.number, method: nil, head: pull.head)
            switch (kind, conflict) {
            // Gitea says the same while it still checks.
            case (.gitea, .notYet(let words)): #expect(words.contains("conflict"))
            case (_, .never(let words)): #expect(words.lowercased().contains("conflict"))
            default: throw TestServerError.failed("a conflict", detail: "\(conflict)")
            }
        }
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `a wrong token, and a repository that is gone, are told in each host's own words`(
        _ kind: ForgeServer.Kind
    ) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let forge = try fixture.forge()
            fixture.server.removeRepository()
            let gone = await #expect(throws: ForgeFailure.self) { try await forge.latest(1) }
            guard case .notFound? = gone else { throw TestServerError.failed("gone", detail: "\(gone as Any)") }
            fixture.server.revoke()
            let wrong = await #expect(throws: ForgeFailure.self) { try await forge.latest(1) }
            guard case .unauthenticated? = wrong else { throw TestServerError.failed("401", detail: "\(wrong as Any)") }
        }
    }

    /// Each request of the port's calls, one after another, as the host documents it.
    @Test(arguments: ForgeServer.Kind.allCases)
    func `each call is the request that the host documents`(_ kind: ForgeServer.Kind) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let forge = try fixture.forge()
            let pull = try await fixture.open(labels: ["prod"])
            let head = try #require(pull.head)
            _ = try await forge.pullRequests(from: "promotion", to: "main")
            _ = try await forge.latest(20)
            try await forge.set(
                CommitStatus(
                    state: .failure,
                    context: "hoistway/prod",
                    description: "failed",
                    targetURL: "https://h/1"
                ),
                on: head
            )
            let method = forge.kind.mergeMethods.last { $0.hasPrefix("squash") }
            _ = try await forge.merge(pull.number, method: method, head: head)
            let landed = try await fixture.repository.id(of: "refs/heads/main") ?? ""
            let told = fixture.server.log.map { entry in
                let query = entry.request.queryValues.sorted { $0.key < $1.key }.map {
                    "\($0.key)=\($0.value.joined(separator: ","))"
                }
                return [entry.line, query.isEmpty ? nil : "?\(query.joined(separator: "&"))", entry.body]
                    .compactMap(\.self).joined(separator: " ")
                    .replacing(head.hex, with: "HEAD").replacing(head.hex.prefix(12), with: "HEAD12")
                    .replacing(landed.prefix(12), with: "LANDED12")
            }
            #expect(told == Self.requests[kind])
            #expect(Set(fixture.server.log.map { $0.request.headers["authorization"] }) == [Self.login[kind]])
            #expect(fixture.server.violations.isEmpty)
        }
    }

    private static let basic = "Basic OmZvcmdlLXRlc3QtdG9rZW4tMWY4ZTZj"
    private static let user = "Basic Ym90OmZvcmdlLXRlc3QtdG9rZW4tMWY4ZTZj"

    /// Where each host documents it: ``ForgeLogin/header(_:username:password:)``.
    private static let login: [ForgeServer.Kind: String] = [
        .github: "Bearer \(ForgeServer.token)", .gitlab: "Bearer \(ForgeServer.token)",
        .gitea: "token \(ForgeServer.token)", .bitbucketCloud: user, .bitbucketDataCenter: user, .azure: basic,
    ]

    private static let requests: [ForgeServer.Kind: [String]] = [
        .github: [
            // https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request
            #"POST /api/v3/repos/acme/ops/pulls {"base":"main","body":"Why","head":"promotion","title":"Promote"}"#,
            // https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue
            #"POST /api/v3/repos/acme/ops/issues/1/labels {"labels":["prod"]}"#,
            // https://docs.github.com/en/rest/pulls/pulls#list-pull-requests
            "GET /api/v3/repos/acme/ops/pulls ?base=main&direction=desc&head=acme:promotion&per_page=100&sort=created&state=all",
            "GET /api/v3/repos/acme/ops/pulls ?direction=desc&per_page=20&sort=updated&state=all",
            // https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
            #"POST /api/v3/repos/acme/ops/statuses/HEAD {"context":"hoistway/prod","description":"failed","state":"failure","target_url":"https://h/1"}"#,
            // https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request
            "GET /api/v3/repos/acme/ops/pulls/1",
            // https://docs.github.com/en/rest/pulls/pulls#merge-a-pull-request
            #"PUT /api/v3/repos/acme/ops/pulls/1/merge {"merge_method":"squash","sha":"HEAD"}"#,
        ],
        .gitlab: [
            // https://docs.gitlab.com/api/merge_requests/#create-mr
            #"POST /api/v4/projects/acme%2Fops/merge_requests {"description":"Why","labels":"prod","source_branch":"promotion","target_branch":"main","title":"Promote"}"#,
            // https://docs.gitlab.com/api/merge_requests/#list-project-merge-requests
            "GET /api/v4/projects/acme%2Fops/merge_requests ?order_by=created_at&per_page=100&sort=desc&source_branch=promotion&state=all&target_branch=main",
            "GET /api/v4/projects/acme%2Fops/merge_requests ?order_by=updated_at&per_page=20&sort=desc&state=all",
            // https://docs.gitlab.com/api/commits/#set-commit-pipeline-status
            #"POST /api/v4/projects/acme%2Fops/statuses/HEAD {"description":"failed","name":"hoistway/prod","state":"failed","target_url":"https://h/1"}"#,
            // https://docs.gitlab.com/api/merge_requests/#get-single-mr
            "GET /api/v4/projects/acme%2Fops/merge_requests/1",
            // https://docs.gitlab.com/api/merge_requests/#merge-a-merge-request
            #"PUT /api/v4/projects/acme%2Fops/merge_requests/1/merge {"sha":"HEAD","squash":true}"#,
        ],
        .gitea: [
            // https://docs.gitea.com/api/next/#tag/repository/operation/repoCreatePullRequest
            #"POST /api/v1/repos/acme/ops/pulls {"base":"main","body":"Why","head":"promotion","title":"Promote"}"#,
            // https://docs.gitea.com/api/next/#tag/repository/operation/repoListPullRequests
            "GET /api/v1/repos/acme/ops/pulls ?limit=50&page=1&sort=recentupdate&state=all",
            "GET /api/v1/repos/acme/ops/pulls ?limit=20&page=1&sort=recentupdate&state=all",
            // https://docs.gitea.com/api/next/#tag/repository/operation/repoCreateStatus
            #"POST /api/v1/repos/acme/ops/statuses/HEAD {"context":"hoistway/prod","description":"failed","state":"failure","target_url":"https://h/1"}"#,
            // https://docs.gitea.com/api/next/#tag/repository/operation/repoGetPullRequest
            "GET /api/v1/repos/acme/ops/pulls/1",
            // https://docs.gitea.com/api/next/#tag/repository/operation/repoMergePullRequest
            #"POST /api/v1/repos/acme/ops/pulls/1/merge {"Do":"squash","head_commit_id":"HEAD"}"#,
            "GET /api/v1/repos/acme/ops/pulls/1",
        ],
        .bitbucketCloud: [
            // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/
            #"GET /2.0/repositories/acme/ops/pullrequests ?pagelen=50&q=source.branch.name = "promotion" AND destination.branch.name = "main"&sort=-created_on&state=OPEN"#,
            #"POST /2.0/repositories/acme/ops/pullrequests {"description":"Why","destination":{"branch":{"name":"main"}},"source":{"branch":{"name":"promotion"}},"title":"Promote"}"#,
            // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/
            "GET /2.0/repositories/acme/ops/commit/HEAD12",
            #"GET /2.0/repositories/acme/ops/pullrequests ?pagelen=50&q=source.branch.name = "promotion" AND destination.branch.name = "main"&sort=-created_on&state=OPEN,MERGED,DECLINED,SUPERSEDED"#,
            "GET /2.0/repositories/acme/ops/pullrequests ?pagelen=20&sort=-updated_on&state=OPEN,MERGED,DECLINED,SUPERSEDED",
            // https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commit-statuses/
            #"POST /2.0/repositories/acme/ops/commit/HEAD/statuses/build {"description":"failed","key":"hoistway/prod","name":"hoistway/prod","state":"FAILED","url":"https://h/1"}"#,
            "GET /2.0/repositories/acme/ops/pullrequests/1",
            #"POST /2.0/repositories/acme/ops/pullrequests/1/merge {"close_source_branch":false,"merge_strategy":"squash_fast_forward","type":"pullrequestMergeParameters"}"#,
            "GET /2.0/repositories/acme/ops/commit/LANDED12",
        ],
        .bitbucketDataCenter: [
            // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-pull-requests/
            #"POST /rest/api/1.0/projects/acme/repos/ops/pull-requests {"description":"Why","fromRef":{"id":"refs/heads/promotion","repository":{"project":{"key":"acme"},"slug":"ops"}},"title":"Promote","toRef":{"id":"refs/heads/main","repository":{"project":{"key":"acme"},"slug":"ops"}}}"#,
            "GET /rest/api/1.0/projects/acme/repos/ops/pull-requests ?at=refs/heads/promotion&direction=OUTGOING&limit=100&order=NEWEST&state=ALL",
            "GET /rest/api/1.0/projects/acme/repos/ops/pull-requests ?limit=20&order=NEWEST&state=ALL",
            // https://developer.atlassian.com/server/bitbucket/rest/v811/api-group-builds-and-deployments/
            #"POST /rest/api/1.0/projects/acme/repos/ops/commits/HEAD/builds {"description":"failed","key":"hoistway/prod","name":"hoistway/prod","state":"FAILED","url":"https://h/1"}"#,
            "GET /rest/api/1.0/projects/acme/repos/ops/pull-requests/1",
            "GET /rest/api/1.0/projects/acme/repos/ops/pull-requests/1/merge",
            #"POST /rest/api/1.0/projects/acme/repos/ops/pull-requests/1/merge ?version=0 {"strategyId":"squash-ff-only"}"#,
        ],
        .azure: [
            // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/create?view=azure-devops-rest-7.1
            #"POST /acme/acme/_apis/git/repositories/ops/pullrequests ?api-version=7.1 {"description":"Why","labels":[{"name":"prod"}],"sourceRefName":"refs/heads/promotion","targetRefName":"refs/heads/main","title":"Promote"}"#,
            // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-requests?view=azure-devops-rest-7.1
            "GET /acme/acme/_apis/git/repositories/ops/pullrequests ?$top=100&api-version=7.1&searchCriteria.sourceRefName=refs/heads/promotion&searchCriteria.status=all&searchCriteria.targetRefName=refs/heads/main",
            "GET /acme/acme/_apis/git/repositories/ops/pullrequests ?$top=20&api-version=7.1&searchCriteria.status=all",
            // https://learn.microsoft.com/rest/api/azure/devops/git/statuses/create?view=azure-devops-rest-7.1
            #"POST /acme/acme/_apis/git/repositories/ops/commits/HEAD/statuses ?api-version=7.1 {"context":{"genre":"hoistway","name":"prod"},"description":"failed","state":"failed","targetUrl":"https://h/1"}"#,
            // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/get-pull-request?view=azure-devops-rest-7.1
            "GET /acme/acme/_apis/git/repositories/ops/pullrequests/1 ?api-version=7.1",
            // https://learn.microsoft.com/rest/api/azure/devops/git/pull-requests/update?view=azure-devops-rest-7.1
            #"PATCH /acme/acme/_apis/git/repositories/ops/pullrequests/1 ?api-version=7.1 {"completionOptions":{"bypassPolicy":false,"deleteSourceBranch":false,"mergeStrategy":"squash"},"lastMergeSourceCommit":{"commitId":"HEAD"},"status":"completed"}"#,
            "GET /acme/acme/_apis/git/repositories/ops/pullrequests/1 ?api-version=7.1",
        ],
    ]
}

extension ForgeServer.LogEntry {
    fileprivate var body: String? { request.body.isEmpty ? nil : String(decoding: request.body, as: UTF8.self) }
}
