import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Rule 5: what others have done on a stage branch.
struct ForeignWorkRuleTests {
    @Test(arguments: ["stop", "keep", "overwrite"])
    func `Rule 5: a hotfix stays through edits in place, whatever the stage says of a replaced tree`(
        policy: String
    ) async throws {
        let rig = try await RuleRig.one(options: "{stages: {test: {foreignCommits: \(policy)}}}")
        try await rig.run {
            _ = try await rig.push("1.1.0")
            try await rig.repository.commit(["env/hotfix.yaml": "theirs\n"], to: "stage/test", message: "Hotfix")
            #expect(try await rig.push("1.2.0").phase == "Succeeded")
            #expect(try await rig.text("env/hotfix.yaml") == "theirs\n")
            #expect(try await rig.tag() == "1.2.0")
        }
    }

    @Test(arguments: ["stop", "keep", "overwrite"])
    func `Rule 5: a hotfix on a branch that is replaced`(policy: String) async throws {
        let rig = try await RuleRig.one(
            replacing: true,
            options: "{stages: {test: {foreignCommits: \(policy), limits: {deletedFiles: 1}}}}"
        )
        try await rig.run {
            _ = try await rig.push("1.1.0")
            let hotfix = try await rig.repository.commit(
                ["env/hotfix.yaml": "theirs\n"],
                to: "stage/test",
                message: "Hotfix for the outage"
            )
            let promotion = try await rig.push("1.2.0")
            let kept = try? await rig.text("env/hotfix.yaml")
            switch policy {
            case "stop":
                #expect(promotion.phase == "Failed")
                #expect(
                    promotion.message.contains("\(hotfix.prefix(7)) by Ada <ada@example.com> (Hotfix for the outage)")
                )
                #expect(try await rig.head() == hotfix)
                let adopted = try await rig.served.command("adopt", "shop/test")
                #expect(adopted.status == 0 && adopted.text.contains(hotfix), "\(adopted.text)\(adopted.errors)")
                let again = try await rig.served.command("promote", "shop/test", promotion.freight, "--wait")
                #expect(again.status == 0, "\(again.text)\(again.errors)")
                #expect(try await rig.tag() == "1.2.0")
            case "keep":
                #expect(promotion.phase == "Succeeded", "\(promotion.message)")
                #expect(kept == "theirs\n")
                #expect(try await rig.tag() == "1.2.0")
            default:
                #expect(promotion.phase == "Succeeded", "\(promotion.message)")
                #expect(kept == nil)
            }
        }
    }

    /// How somebody takes away what was promoted.
    enum Drift: String, CaseIterable {
        case forced, putBack, deleted, recreated
    }

    @Test(arguments: Drift.allCases)
    func `Rule 5: a branch that was forced, deleted or made anew is shown with both ids until somebody adopts it`(
        drift: Drift
    ) async throws {
        let rig = try await RuleRig.one(replacing: true, options: "{stages: {test: {limits: {deletedFiles: 9}}}}")
        try await rig.run {
            _ = try await rig.push("1.1.0")
            let first = try #require(try await rig.head())
            _ = try await rig.push("1.2.0")
            let left = try #require(try await rig.head())
            try await Self.change(drift, rig: rig, first: first)
            let found = try await rig.head()

            let refused = try await rig.push("1.3.0")
            #expect(refused.phase == "Failed")
            #expect(refused.message.contains("stage/test has drifted: it was left at \(left)"), "\(refused.message)")
            if let found { #expect(refused.message.contains("is at \(found)")) }
            #expect(try await rig.head() == found, "nothing was pushed over it")
            let view = try await rig.stage()
            #expect(view.drift.count == 1 && view.reason.contains(left), "\(view)")

            let adopted = try await rig.served.command("adopt", "shop/test")
            #expect(adopted.status == 0, "\(adopted.errors)")
            #expect(try await rig.stage().drift.isEmpty)
            #expect(try await rig.push("1.4.0").phase == "Succeeded")
            #expect(try await rig.tag() == "1.4.0")
        }
    }

    private static func change(_ drift: Drift, rig: RuleRig, first: String) async throws {
        let repository = rig.repository
        switch drift {
        case .forced:
            try await repository.git("update-ref", "refs/heads/stage/test", first)
            try await repository.commit(["env/other.yaml": "theirs\n"], to: "stage/test", message: "Instead")
        case .putBack: try await repository.git("update-ref", "refs/heads/stage/test", first)
        case .deleted: try await repository.git("update-ref", "-d", "refs/heads/stage/test")
        case .recreated:
            try await repository.git("update-ref", "-d", "refs/heads/stage/test")
            try await repository.commit(["env/other.yaml": "theirs\n"], to: "stage/test", message: "Anew")
        }
    }

    @Test func `Rule 5: a drift is seen when the host tells of the push, before anything is promoted`() async throws {
        let rig = try await RuleRig.one { $0.receivers.append(.init(name: "git", sender: "github", secret: "git's")) }
        try await rig.run {
            _ = try await rig.push("1.1.0")
            let left = try #require(try await rig.head())
            try await rig.repository.git("update-ref", "refs/heads/stage/test", "main")
            let body = """
                {"ref": "refs/heads/stage/test", "before": "\(left)", "after": "\(try await rig.head("main") ?? "")",
                "forced": true, "repository": {"clone_url": "\(rig.git.url("shop.git"))", "full_name": "shop"},
                "commits": []}
                """
            let payload = try Payload.github(Array(body.utf8), event: "push", secret: "git's")
            #expect(try await rig.served.post(payload, to: "/hook/git") == 202)
            try await eventually("the drift") { try await !rig.stage().drift.isEmpty }
            #expect(try await rig.stage().reason.contains(left))
        }
    }
}
