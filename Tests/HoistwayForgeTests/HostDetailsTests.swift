import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import NIOHTTP1
import Testing

@testable import HoistwayForge

/// What single hosts do differently from the others.
struct HostDetailsTests {
    private static func status(_ state: CommitStatus.State, _ context: String = "hoistway/prod") -> CommitStatus {
        CommitStatus(state: state, context: context, description: "promoting")
    }

    @Test func `GitLab's refusal of a state that a status has already counts as set`() async throws {
        try await ForgeFixture.with(.gitlab) { fixture in
            let head = try await fixture.push("promotion")
            let forge = try fixture.forge()
            try await forge.set(Self.status(.pending), on: head)
            try await forge.set(Self.status(.pending), on: head)
            try await forge.set(Self.status(.success), on: head)
            #expect(fixture.server.log.map(\.status) == [201, 400, 201])
            #expect(await fixture.server.statuses().map(\.state) == ["success"])
        }
    }

    @Test func `GitLab's 401 at a merge is about the permission, and not about the token`() async throws {
        try await ForgeFixture.with(.gitlab) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            fixture.server.inject(.answer(ForgeServerAnswer(401, ["message": "401 Unauthorized"])), method: "PUT")
            let failure = await #expect(throws: ForgeFailure.self) {
                try await forge.merge(pull.number, method: nil, head: pull.head)
            }
            guard case .forbidden? = failure else {
                throw TestServerError.failed("a merge without permission", detail: "\(failure as Any)")
            }
            // The login does not rest.
            #expect(try await forge.pullRequest(pull.number)?.state == .open)
        }
    }

    @Test func `a fast-forward at GitLab lands the head itself`() async throws {
        try await ForgeFixture.with(.gitlab) { fixture in
            let pull = try await fixture.open()
            try await fixture.server.mergeByHand(pull.number, .fastForward)
            #expect(try await fixture.forge().pullRequest(pull.number)?.state == .merged(commit: pull.head))
        }
    }

    @Test func `a deleted branch keeps its name at Gitea, and closes what came from it`() async throws {
        try await ForgeFixture.with(.gitea) { fixture in
            let pull = try await fixture.open()
            try await fixture.server.deleteBranch("promotion")
            let found = try #require(try await fixture.forge().pullRequest(pull.number))
            #expect(found.sourceBranch == "promotion")
            #expect(found.state == .closed)
            #expect(!found.isFromFork)
            #expect(found.head == pull.head)
        }
    }

    @Test func `an open pull request at Gitea is found, however many have changed since`() async throws {
        try await ForgeFixture.with(.gitea) { fixture in
            let pull = try await fixture.open()
            try await fixture.server.addClosed(101, like: pull.number)
            let found = try await fixture.forge().pullRequests(from: "promotion", to: "main")
            #expect(found.map(\.number) == [pull.number])
        }
    }

    @Test func `Bitbucket Cloud's shortened ids are asked for once each, and lists tell what is known`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let forge = try fixture.forge()
            try await fixture.push("promotion")
            let made = try await fixture.server.open(from: "promotion", to: "main")
            #expect(try await forge.latest(10).map(\.head) == [nil])
            let head = ObjectID(made.head)
            for _ in 0..<3 { #expect(try await forge.pullRequest(made.number)?.head == head) }
            #expect(try await forge.latest(10).map(\.head) == [head])
            #expect(fixture.server.log.filter { $0.line.contains("/commit/") }.count == 1)
        }
    }

    @Test func `a long context of a status has a key that Bitbucket takes, and that stays the same`() async throws {
        try await ForgeFixture.with(.bitbucketCloud) { fixture in
            let head = try await fixture.push("promotion")
            let forge = try fixture.forge()
            let long = "hoistway/a-project-with-a-long-name/a-stage-with-a-long-name"
            try await forge.set(Self.status(.pending, long), on: head)
            try await forge.set(Self.status(.success, long), on: head)
            try await forge.set(Self.status(.success, long + "-2"), on: head)
            let kept = await fixture.server.statuses()
            #expect(kept.count == 2)
            #expect(kept.allSatisfy { $0.context.count == 40 })
            #expect(fixture.server.violations.isEmpty)
        }
    }

    @Test func `somebody else's change between the look and the merge at Bitbucket Data Center is no end`()
        async throws
    {
        try await ForgeFixture.with(.bitbucketDataCenter) { fixture in
            let pull = try await fixture.open()
            fixture.server.inject(
                .answer(ForgeServerAnswer(409, ["errors": [["message": "out-of-date information"]]])),
                method: "POST",
                path: "/merge"
            )
            let forge = try fixture.forge()
            let first = try await forge.merge(pull.number, method: nil, head: pull.head)
            #expect(first == .notYet("out-of-date information"))
            guard case .merged = try await forge.merge(pull.number, method: nil, head: pull.head) else {
                throw TestServerError.failed("the second merge", detail: "it is not merged")
            }
        }
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `an answer that was lost after the merge is found again by the next call`(
        _ kind: ForgeServer.Kind
    ) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            let methods: [ForgeServer.Kind: String] = [.azure: "PATCH", .github: "PUT", .gitlab: "PUT"]
            fixture.server.inject(.cutAfterwards, method: methods[kind] ?? "POST")
            await #expect(throws: ForgeFailure.self) {
                try await forge.merge(pull.number, method: nil, head: pull.head)
            }
            let main = try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) }
            fixture.server.emptyLog()
            #expect(try await forge.merge(pull.number, method: nil, head: pull.head) == .merged(commit: main))
            #expect(fixture.server.log.allSatisfy { $0.request.method == "GET" })
        }
    }
}

/// The contract servers refuse what the documentation does not allow: else the tests against them would show nothing.
struct ContractServerTests {
    /// Where each host lists pull requests.
    private static let lists: [ForgeServer.Kind: String] = [
        .github: "/repos/acme/ops/pulls", .gitlab: "/projects/acme%2Fops/merge_requests",
        .gitea: "/repos/acme/ops/pulls", .bitbucketCloud: "/repositories/acme/ops/pullrequests",
        .bitbucketDataCenter: "/projects/acme/repos/ops/pull-requests",
        .azure: "/acme/acme/_apis/git/repositories/ops/pullrequests?api-version=7.1",
    ]

    private static func send(
        _ method: HTTPMethod,
        _ url: String,
        login: String?,
        body: String? = nil
    ) async throws -> Int {
        let setup = ForgeTransport.Setup(
            insecureSkipTLSVerify: false,
            isSecure: false,
            connectTimeout: .seconds(10),
            requestTimeout: .seconds(60)
        )
        let transport = try ForgeTransport(setup, host: "test")
        var headers = HTTPHeaders([("user-agent", "test"), ("content-type", "application/json")])
        if let login { headers.add(name: "authorization", value: login) }
        let address = try #require(WebAddress(url))
        let bytes = body.map { Array($0.utf8) }
        return try await transport.send(method, address, headers: headers, body: bytes, host: "test").status
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `an unknown path, field or parameter, a missing field and another login are refused`(
        _ kind: ForgeServer.Kind
    ) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let list = try fixture.server.apiURL + #require(Self.lists[kind])
            let mark = list.contains("?") ? "&" : "?"
            let login: String =
                switch kind {
                case .gitea: "token \(ForgeServer.token)"
                case .azure: "Basic OmZvcmdlLXRlc3QtdG9rZW4tMWY4ZTZj"
                default: "Bearer \(ForgeServer.token)"
                }
            #expect(try await Self.send(.GET, list, login: nil) == 401)
            #expect(try await Self.send(.GET, list, login: "Digest x") == 401)
            #expect(fixture.server.violations.isEmpty)
            var count = 0
            func refuses(_ method: HTTPMethod, _ url: String, _ body: String? = nil) async throws {
                #expect((400..<500).contains(try await Self.send(method, url, login: login, body: body)))
                count += 1
                #expect(fixture.server.violations.count == count, "\(method) \(url) \(body ?? "")")
            }
            try await refuses(.GET, list.replacing("pull", with: "push").replacing("merge_", with: "merged_"))
            try await refuses(.GET, "\(list)\(mark)colour=red")
            try await refuses(.POST, list, #"{"titel":"x"}"#)
            try await refuses(.POST, list, "{}")
            try await refuses(.POST, list, "[")
            #expect(try await fixture.server.pulls().isEmpty)
        }
    }
}
