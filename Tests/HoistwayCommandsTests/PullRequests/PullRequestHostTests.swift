import HoistwayTestServers
import Testing

/// Other hosts than GitHub, and other logins than a token, from the configuration to the branch.
struct PullRequestHostTests {
    @Test(arguments: [ForgeServer.Kind.gitlab, .gitea])
    func `the webhook about a merge wakes the promotion, whichever host sends it`(_ kind: ForgeServer.Kind) async throws
    {
        let rig = try await PullRequestRig(kind) { url, _ in [PullRequestRig.production(url, at: kind)] }
        try await rig.run {
            try await rig.announce()
            let waiting = try await rig.waiting()
            let landed = try await rig.forge.mergeByHand(1)
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(try await rig.main() == landed)
            #expect(rig.openings == 1)
            let deliveries = try await rig.served.getText("deliveries?limit=10")
            let told = "pull request 1 merged: woke promotion \(waiting.id), which waits for it"
            #expect(deliveries.contains(told), "\(deliveries)")
        }
    }

    @Test(arguments: [ForgeServer.Kind.gitlab, .gitea])
    func `the webhook about a closed one ends the promotion`(_ kind: ForgeServer.Kind) async throws {
        let rig = try await PullRequestRig(kind) { url, _ in [PullRequestRig.production(url, at: kind)] }
        try await rig.run {
            let before = try await rig.main()
            try await rig.announce()
            try await rig.waiting()
            try await rig.forge.close(1)
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Failed")
            #expect(promotion.message == "wait: the pull request #1 was closed and not merged")
            #expect(try await rig.main() == before)
        }
    }

    @Test func `a GitHub App opens and waits, and takes another token where its first one has expired`() async throws {
        let key = try await TestProgram.check("openssl", ["genrsa", "2048"]).text
        let rig = try await PullRequestRig(app: key) { url, _ in [PullRequestRig.production(url)] }
        try await rig.run {
            try await rig.announce()
            try await rig.waiting()
            func mints() -> Int { rig.forge.log.count { $0.line.hasSuffix("/access_tokens") && $0.status == 201 } }
            let before = mints()
            #expect(before > 0)
            rig.forge.expireAppTokens()
            let landed = try await rig.forge.mergeByHand(1)
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(try await rig.main() == landed)
            #expect(rig.openings == 1 && mints() > before)
            #expect(rig.forge.log.contains { $0.status == 401 }, "the token that had expired was asked with")
        }
    }
}
