import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayForge

/// What the contract server does beside answering: what people do at a host, and the webhook that follows.
struct ForgeServerTests {
    @Test func `what people do is told by a signed webhook, with the push of a merge where it is wanted`() async throws
    {
        let receiver = try ScriptedServer.answering { _ in
            [ScriptedServer.http("200 OK", type: "application/json", Array("{}".utf8), headers: ["Connection: close"])]
        }
        defer { receiver.stop() }
        var options = ForgeServer.Options()
        options.webhook = ForgeWebhook(port: receiver.port, path: "/webhooks/github", secret: "whs", sendsPush: true)
        options.cloneURL = "http://127.0.0.1:4711/ops.git"
        try await ForgeFixture.with(.github, options: options) { fixture in
            let before = try await fixture.repository.id(of: "refs/heads/main")
            let pull = try await fixture.open()
            try await fixture.server.close(pull.number)
            try await fixture.server.reopen(pull.number)
            let landed = try await fixture.server.mergeByHand(pull.number, .squash)
            #expect(fixture.server.webhookFailures.isEmpty)
            let told = receiver.received
            #expect(told.map { $0.header("x-github-event") } == Array(repeating: "pull_request", count: 4) + ["push"])
            for delivery in told {
                let code = try HMAC.sha256(key: Array("whs".utf8), message: delivery.body)
                #expect(delivery.header("x-hub-signature-256") == "sha256=\(Hex.encode(code))")
                #expect(delivery.head.hasPrefix("POST /webhooks/github "))
            }
            let bodies = try told.map { try ClusterValue(json: $0.body) }
            #expect(bodies.prefix(4).map { $0["action"]?.string } == ["opened", "closed", "reopened", "closed"])
            #expect(bodies.prefix(4).map { $0["pull_request", "merged"]?.bool } == [false, false, false, true])
            #expect(bodies[3]["pull_request", "merge_commit_sha"]?.string == landed)
            #expect(bodies[4]["ref"]?.string == "refs/heads/main")
            #expect(bodies[4]["before"]?.string == before)
            #expect(bodies[4]["after"]?.string == landed)
            #expect(bodies.allSatisfy { $0["repository", "clone_url"]?.string == options.cloneURL })
        }
    }

    @Test(arguments: ForgeServer.Kind.allCases)
    func `commits that come to the target by another way merge the pull request, and a deleted branch closes it`(
        _ kind: ForgeServer.Kind
    ) async throws {
        try await ForgeFixture.with(kind) { fixture in
            let forge = try fixture.forge()
            let first = try await fixture.open("first")
            let second = try await fixture.open("second")
            let head = try #require(first.head)
            try await fixture.repository.git("update-ref", "refs/heads/main", head.hex)
            #expect(try await forge.pullRequest(first.number)?.state == .merged(commit: head))
            #expect(try await forge.pullRequest(second.number)?.state == .open)
            try await fixture.server.deleteBranch("second")
            let closed = try #require(try await forge.pullRequest(second.number))
            #expect(closed.state == .closed)
            #expect(closed.sourceBranch == "second")
            #expect(closed.head == second.head)
        }
    }
}
