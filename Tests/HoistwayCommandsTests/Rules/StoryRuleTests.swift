import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Rules 10 and 12: Git tells the story, also to a state that was lost; and one program writes a branch.
struct StoryRuleTests {
    @Test
    func `Rule 10: a commit tells what it brings, in a project's own words, and nobody's text passes for a trailer`()
        async throws
    {
        let rig = try await RuleRig.one(
            options: "{commitMessage: \"deploy({stage}): {images} [{alias}]\\n\\nBy {actor}.\"}"
        )
        try await rig.run {
            _ = try await rig.push("1.1.0")
            let freight = try #require(try await rig.served.get("freight", as: Listed<FreightView>.self).items.first)
            let message = try await rig.repository.git("log", "-1", "--format=%B", "stage/test")
            #expect(
                message.hasPrefix("deploy(test): app 1.0.0 → 1.1.0 [\(freight.alias)]\n\nBy auto-promotion.\n\n"),
                "\(message)"
            )
            let image = rig.source.image("app")
            #expect(message.contains("- \(image):1.1.0@\(Payload.digest(of: image, tag: "1.1.0"))\n"))
            let trailers = try await rig.repository.git("log", "-1", "--format=%(trailers:only,unfold)", "stage/test")
            let lines = trailers.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines.contains("Hoistway-Freight: \(freight.id)") && lines.contains("Hoistway-Stage: shop/test"))
        }
    }

    @Test func `Rule 10: a state that was lost starts paused, and takes over from the branches what is in the stages`()
        async throws
    {
        let rig = try await RuleRig(
            files: { source in
                let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
                return ["envs/test/kustomization.yaml": text, "envs/prod/kustomization.yaml": text]
            },
            stages: { url in
                [("test", [String]()), ("prod", ["test"])].map { name, upstream in
                    let folder = "envs/\(name)"
                    let steps = Manifest.replaced(url, branch: "stage/\(name)", from: "main", folder: folder)
                    return Manifest.stage(name, in: "shop", of: ["app"], after: upstream, steps: steps)
                }
            }
        )
        try await rig.run {
            _ = try await rig.push("1.1.0", to: "prod")
            let before = try await rig.served.get("freight", as: Listed<FreightView>.self).items
            let heads = [try await rig.head("stage/test"), try await rig.head("stage/prod")]
            rig.served.stop()
            try FileManager.default.removeItem(atPath: "\(rig.served.folder.path)/var")
            try await rig.served.start()
            try await eventually("the new start") { (try? await rig.served.getText("stages")) != nil }

            try await eventually("the look at the branches") { try await rig.stage("prod").pauses.isEmpty == false }
            let paused = try await rig.stage("test")
            #expect(paused.phase == "Paused" && paused.pauses.map(\.kind) == [.lostState])
            #expect(paused.reason.contains("hoistway adopt shop/test --from-branches"), "\(paused.reason)")
            _ = try await rig.decided("1.2.0")
            #expect(try await rig.promotions().isEmpty, "nothing is promoted before somebody has looked")
            #expect(try await rig.served.command("adopt", "shop/test").status == 4)

            let adopted = try await rig.served.command("adopt", "--all", "--from-branches")
            #expect(adopted.status == 0, "\(adopted.text)\(adopted.errors)")
            for stage in ["test", "prod"] {
                let told = "shop/\(stage) has freight \(before[0].alias)"
                #expect(adopted.text.contains(told), "\(adopted.text)")
            }
            let after = try await rig.served.get("freight?limit=9", as: Listed<FreightView>.self).items
            let restored = try #require(after.first { $0.id == before[0].id })
            #expect(restored.artifacts == before[0].artifacts)
            // Now it goes on, from there.
            #expect(try await rig.served.lastPromotion(of: "prod", freightOf: "1.2.0").phase == "Succeeded")
            for (branch, head) in zip(["stage/test", "stage/prod"], heads) {
                let parent = try await rig.repository.git("rev-parse", "\(branch)^")
                #expect(parent == head)
            }
            #expect(try await rig.served.command("adopt", "--all", "--from-branches").status == 3)
        }
    }

    @Test func `Rule 10: a state that was lost pushes nothing either where the repository was away at the start`()
        async throws
    {
        let rig = try await RuleRig.one(replacing: true)
        try await rig.run {
            _ = try await rig.push("1.1.0")
            let head = try await rig.head()
            rig.served.stop()
            try FileManager.default.removeItem(atPath: "\(rig.served.folder.path)/var")
            rig.git.proxy.isOpen = false
            try await rig.served.start()
            try await eventually("the new start") { (try? await rig.served.getText("stages")) != nil }
            #expect(try await rig.source.announce("app", "1.2.0", to: rig.served) == 202)
            try await eventually("a next try") { try await rig.promotions().contains { $0.nextTry != nil } }

            rig.git.proxy.isOpen = true
            let refused = try await rig.served.lastPromotion(of: "test", freightOf: "1.2.0")
            #expect(refused.phase == "Failed")
            #expect(refused.message.contains("hoistway adopt shop/test --from-branches"), "\(refused.message)")
            #expect(try await rig.stage().pauses.map(\.kind) == [.lostState])
            #expect(try await rig.head() == head, "nothing was pushed")
        }
    }

    @Test(arguments: [true, false])
    func `Rule 12: another program that commits what the stage commits pauses it, and is named`(
        isInstance: Bool
    ) async throws {
        let rig = try await RuleRig.one()
        try await rig.run {
            _ = try await rig.push("1.1.0")
            let image = rig.source.image("app")
            try await rig.repository.commit(
                ["env/kustomization.yaml": Manifest.kustomization([(image, "1.1.5")])],
                to: "stage/test",
                message: isInstance
                    ? "app 1.1.0 → 1.1.5 to test\n\nHoistway-Promotion: test.1.2\nHoistway-Stage: shop/test\n"
                    : "build: automatic update of app",
                by: isInstance
                    ? "Hoistway <hoistway@localhost>" : "argocd-image-updater <noreply@argoproj.io>"
            )
            let theirs = try await rig.head()
            let refused = try await rig.push("1.2.0")
            #expect(refused.phase == "Failed")
            let who = isInstance ? "another instance of Hoistway" : "Argo CD Image Updater"
            #expect(refused.message.contains("two writers: \(who)"), "\(refused.message)")
            #expect(try await rig.stage().pauses.map(\.kind) == [.twoWriters])
            #expect(try await rig.decided("1.3.0").state == .done)
            #expect(try await rig.promotions().count == 2, "nothing more is promoted by itself")
            #expect(try await rig.stage().reason.contains("two writers"))
            #expect(try await rig.head() == theirs)

            #expect(try await rig.served.command("adopt", "shop/test").status == 0)
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.3.0").phase == "Succeeded")
            #expect(try await rig.tag() == "1.3.0")
        }
    }

    @Test func `Rule 12: an updater that keeps other images of the branch is no second writer`() async throws {
        let rig = try await RuleRig.one()
        try await rig.run {
            _ = try await rig.push("1.1.0")
            try await rig.repository.commit(
                ["other/kustomization.yaml": Manifest.kustomization([("ghcr.io/acme/other", "7.0.0")])],
                to: "stage/test",
                message: "build: automatic update of other",
                by: "argocd-image-updater <noreply@argoproj.io>"
            )
            #expect(try await rig.push("1.2.0").phase == "Succeeded")
            #expect(try await rig.text("other/kustomization.yaml").contains("7.0.0"))
        }
    }

    @Test func `Rule 12: a second server on one state ends at once`() async throws {
        let rig = try await RuleRig.one()
        try await rig.run {
            let second = try await rig.served.command("serve")
            #expect(second.status == 1)
            #expect(second.errors.contains("another"), "\(second.errors)")
        }
    }
}
