import HoistwayTestServers
import Testing

/// The real program and the API of a host: what a promotion does shows on the commit that it has pushed.
struct CommitStatusTests {
    @Test
    func `a commit shows that its promotion waits for a pull request, and how it ended, though the host fails once`()
        async throws
    {
        let rig = try await PullRequestRig(more: ["promotions: {statuses: true}"]) { url, _ in
            // The host's kind is told by the configuration alone.
            [PullRequestRig.production(url).replacing(", provider: github", with: "")]
        }
        rig.forge.inject(.answer(ForgeServerAnswer(502)), method: "POST", path: "/statuses/")
        try await rig.run {
            try await rig.announce()
            try await rig.waiting()
            let head = try await rig.forge.pull(1).head
            // A status that was sent before the opening is replaced.
            try await eventually("a pending status that names the pull request") {
                await rig.forge.statuses().contains {
                    $0.state == "pending" && $0.description.hasSuffix("to prod: pull request #1 is open")
                }
            }
            let pending = try #require(await rig.forge.statuses().first)
            #expect(pending.commit == head && pending.context == "hoistway/shop/prod")
            try await rig.forge.mergeByHand(1)
            let promotion = try await rig.ended()
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            try await eventually("its end") { await rig.forge.statuses().contains { $0.state == "success" } }
            let ended = await rig.forge.statuses()
            #expect(ended.count == 1 && ended.first?.commit == head)
            #expect(ended.first?.description.hasSuffix("was promoted to prod") == true)
            // It is counted after the host's answer.
            try await eventually("two sent statuses") { try await Self.sent(rig.served.health("metrics")) >= 2 }
        }
    }

    private static func sent(_ metrics: String) -> Int {
        let line = metrics.split(separator: "\n").first {
            $0.hasPrefix(#"hoistway_commit_statuses_total{project="shop",result="sent"}"#)
        }
        return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }
}
