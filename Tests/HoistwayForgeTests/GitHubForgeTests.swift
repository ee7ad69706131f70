import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayForge

/// GitHub's API as the contract server plays it.
struct GitHubForgeTests {
    @Test func `each request names the version of the API that it is written for`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            _ = try await fixture.open(labels: ["promotion"])
            for entry in fixture.server.log {
                // https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#headers
                #expect(entry.request.headers["accept"] == "application/vnd.github+json")
                #expect(entry.request.headers["x-github-api-version"] == "2022-11-28")
                #expect(entry.request.headers["user-agent"] == "hoistway")
            }
        }
    }

    @Test(arguments: ["merge", "squash", "rebase"])
    func `what landed is what GitHub says, by each method`(_ method: String) async throws {
        try await ForgeFixture.with(.github) { fixture in
            let pull = try await fixture.open()
            let head = try await fixture.push("promotion")
            let answer = try await fixture.forge().merge(pull.number, method: method, head: head)
            let main = try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) }
            #expect(answer == .merged(commit: main))
            #expect(try await fixture.forge().pullRequest(pull.number)?.state == .merged(commit: main))
            let parents = try await fixture.repository.git("log", "-1", "--format=%P", "main").split(separator: " ")
            #expect(parents.count == (method == "merge" ? 2 : 1))
        }
    }

    @Test func `a merge waits for checks, for drafts and for GitHub itself, and not for what a person must mend`()
        async throws
    {
        try await ForgeFixture.with(.github) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            func answer(_ method: String? = nil, head: ObjectID? = nil) async throws -> String {
                switch try await forge.merge(pull.number, method: method, head: head ?? pull.head) {
                case .merged: "merged"
                case .notYet(let words): "not yet: \(words)"
                case .never(let words): "never: \(words)"
                }
            }
            try await fixture.server.delayCheck(pull.number, looks: 2)
            #expect(try await answer() == "not yet: GitHub still works out whether it can be merged")
            try await fixture.server.delayCheck(pull.number, looks: 0)
            try await fixture.server.setDraft(pull.number, true)
            #expect(try await answer() == "not yet: it is a draft: mark it as ready for review")
            try await fixture.server.setDraft(pull.number, false)
            try await fixture.server.hold(pull.number)
            #expect(
                try await answer()
                    == "not yet: GitHub says that it is blocked: a required check or review is missing or failed"
            )
            try await fixture.server.hold(pull.number, false)
            await fixture.server.forbid(methods: ["rebase"])
            #expect(try await answer("rebase") == "never: Rebase merges are not allowed on this repository.")
            let other = try #require(ObjectID(String(repeating: "7", count: 40)))
            #expect(try await answer(head: other).hasPrefix("never: its head is"))
            try await fixture.repository.commit(["promotion-1.txt": "another\n"], to: "main")
            #expect(try await answer() == "never: it conflicts with main")
            try await fixture.server.close(pull.number)
            #expect(try await answer() == "never: it is closed")
        }
    }

    @Test func `an answer that has not changed costs no quota`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            let pull = try await fixture.open()
            let forge = try fixture.forge()
            let first = try await forge.latest(100)
            let second = try await forge.latest(100)
            #expect(first == second)
            #expect(fixture.server.log.suffix(2).map(\.status) == [200, 304])
            try await fixture.server.close(pull.number)
            #expect(try await forge.latest(100).map(\.state) == [.closed])
            #expect(fixture.server.log.last?.status == 200)
        }
    }

    @Test func `a renamed repository is followed to read, and to write`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            let pull = try await fixture.open()
            fixture.server.rename(to: "operations")
            let forge = try fixture.forge()
            #expect(try await forge.pullRequest(pull.number)?.number == pull.number)
            let answer = try await forge.merge(pull.number, method: nil, head: pull.head)
            #expect(
                answer
                    == .merged(commit: try await fixture.repository.id(of: "refs/heads/main").flatMap { ObjectID($0) })
            )
        }
    }

    @Test func `a repository that is gone, and a pull request that is not there, are told apart from a failure`()
        async throws
    {
        try await ForgeFixture.with(.github) { fixture in
            let forge = try fixture.forge()
            #expect(try await forge.pullRequest(7) == nil)
            fixture.server.removeRepository()
            await #expect(throws: ForgeFailure.notFound(host: fixture.asked, what: "repository acme/ops")) {
                try await forge.latest(1)
            }
            await #expect(throws: ForgeFailure.notFound(host: fixture.asked, what: "pull request 7 of acme/ops")) {
                try await forge.merge(7, method: nil, head: nil)
            }
        }
    }

    @Test func `GitHub's own words of a refusal are shown`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            _ = try await fixture.open()
            let failure = await #expect(throws: ForgeFailure.self) { try await fixture.open() }
            #expect(
                failure?.message
                    == "\(fixture.asked) refused: Validation Failed; A pull request already exists for acme:promotion."
            )
        }
    }

    @Test func `a token that may not do it is told apart from a wrong one, with the permission that it needs`()
        async throws
    {
        var options = ForgeServer.Options()
        options.tokens = [ForgeServer.token: ["pull_requests:write", "contents:write"]]
        try await ForgeFixture.with(.github, options: options) { fixture in
            let head = try #require(try await fixture.open().head)
            let failure = await #expect(throws: ForgeFailure.self) {
                try await fixture.forge().set(
                    CommitStatus(state: .success, context: "x", description: ""),
                    on: head
                )
            }
            #expect(
                failure
                    == .forbidden(
                        host: fixture.asked,
                        detail: "Resource not accessible by integration",
                        needs: "write access to commit statuses (`Commit statuses`)"
                    )
            )
        }
    }

    @Test func `a long description of a status is cut to what GitHub takes`() async throws {
        try await ForgeFixture.with(.github) { fixture in
            let head = try await fixture.push("promotion")
            try await fixture.forge().set(
                CommitStatus(state: .success, context: "x", description: String(repeating: "é", count: 200)),
                on: head
            )
            #expect(await fixture.server.statuses().map(\.description.count) == [140])
        }
    }
}
