import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Pipelines that lie in a Git repository, followed by the real program over real servers.
struct ManifestsFromGitTests {
    @Test func `Pipelines are read from Git, and a stage that is pushed there serves within seconds of its webhook`()
        async throws
    {
        let rig = try await ManifestsRig()
        try await rig.run {
            try await rig.waitForStages(["test"])
            #expect(try await rig.images.announce("app", "1.1.0", to: rig.served) == 202)
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.1.0").phase == "Succeeded")

            try await rig.commit(stages: ["prod", "test"])
            try await rig.announce()
            // Its interval is an hour: without the push event this would not come in time.
            try await rig.waitForStages(["prod", "test"])
            #expect(try await rig.served.lastPromotion(of: "prod", freightOf: "1.1.0").phase == "Succeeded")
            let head = try await rig.manifests.git("rev-parse", "main")
            #expect(try await rig.view().commit == head)

            let deliveries = try await rig.served.get("deliveries?limit=1", as: Listed<DeliveryView>.self).items
            #expect(deliveries.first?.state == .done)
            #expect(deliveries.first?.reason.contains("are read again: refs/heads/main was pushed") == true)
            let list = try await rig.served.command("get", "manifests")
            #expect(list.text.contains("state    current") && list.text.contains(head.prefix(12)), "\(list.text)")
        }
        #expect(!rig.served.log.contains(rig.source.login.password))
    }

    @Test func `A push that changes no manifest is ignored, and says why`() async throws {
        let rig = try await ManifestsRig()
        try await rig.run {
            try await rig.waitForStages(["test"])
            try await rig.manifests.commit(["README.md": "Other words.\n"])
            try await rig.announce(changing: ["README.md"])
            var last: DeliveryView?
            try await eventually("the decision") {
                last = try await rig.served.get("deliveries?limit=1", as: Listed<DeliveryView>.self).items.first
                return last?.state == .ignored
            }
            let trace = try await rig.served.get("deliveries/\(last?.id ?? 0)", as: DeliveryView.self).trace
            #expect(trace.contains { $0.hasSuffix("are not read again: no manifest in live was changed") }, "\(trace)")
        }
    }

    @Test func `A bad version changes nothing, is shown, and is over with the next good one`() async throws {
        let rig = try await ManifestsRig()
        try await rig.run {
            try await rig.waitForStages(["test"])
            let good = try await rig.view().commit
            try await rig.commit(stages: ["test"], more: ["live/bad.yaml": "kind: [\n"])
            try await rig.announce()
            try await rig.waitForState(.failing)
            let failing = try await rig.view()
            #expect(failing.commit == good && failing.refused != good)
            #expect(failing.problems.contains { $0.contains(":live/bad.yaml:") }, "\(failing.problems)")
            #expect(try await rig.served.command("get", "manifests").text.contains("the last good version runs"))
            #expect(try await rig.served.health("readyz") == "ok\n")
            let metrics = try await rig.served.health("metrics")
            #expect(metrics.contains("hoistway_manifest_sources{state=\"failing\"} 1"))
            #expect(metrics.contains("hoistway_manifest_sources{state=\"current\"} 0"))
            #expect(rig.served.log.contains("new manifests are refused; what ran before runs on"))
            #expect(try await rig.images.announce("app", "1.1.0", to: rig.served) == 202)
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.1.0").phase == "Succeeded")

            // The same after a restart, also where the repository is away.
            rig.served.kill()
            rig.source.proxy.isOpen = false
            try await rig.served.start()
            try await rig.waitForStages(["test"])
            try await eventually("the failure to read") {
                try await rig.view().problems.contains { $0.contains("did not answer") }
            }
            #expect(try await rig.view().commit == good)
            #expect(try await rig.images.announce("app", "1.2.0", to: rig.served) == 202)
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.2.0").phase == "Succeeded")

            rig.source.proxy.isOpen = true
            try await rig.commit(stages: ["prod", "test"], more: ["live/bad.yaml": "# mended\n"])
            try await rig.waitForStages(["prod", "test"])
            try await rig.waitForState(.current)
        }
    }

    @Test func `Manifests that cannot be read at the first start hold up decisions, and no event is lost`() async throws
    {
        let rig = try await ManifestsRig()
        rig.source.proxy.isOpen = false
        try await rig.run {
            #expect(try await rig.images.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the failure to read") { try await !rig.view().problems.isEmpty }
            #expect(try await rig.view().state == .missing)
            let waiting = try await rig.served.get("deliveries", as: Listed<DeliveryView>.self).items
            #expect(waiting.map(\.state) == [.received])
            rig.source.proxy.isOpen = true
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.1.0").phase == "Succeeded")
        }
    }

    @Test func `What a repository was not given it cannot define, and no variable and no Secret`() async throws {
        let rig = try await ManifestsRig()
        try await rig.run {
            try await rig.waitForStages(["test"])
            let foreign = Manifest.project("payments", remotes: [])
            let secret = Manifest.secret(
                "shop",
                named: "mine",
                for: .init(url: "https://x.example", login: ("a", "b-c-d"))
            )
            let texts = [
                foreign: "Project payments is of the project payments, which",
                secret: "secrets do not belong in Git",
                Manifest.images("more", in: "shop", "\"${HOME}/app\""): "${HOME} may not be used in manifests of",
            ]
            for (text, message) in texts.sorted(by: { $0.key < $1.key }) {
                try await rig.commit(stages: ["test"], more: ["live/more.yaml": text])
                try await rig.announce()
                try await eventually("\(message)") {
                    try await rig.view().problems.contains { $0.contains(message) }
                }
            }
            #expect(!rig.served.log.contains("b-c-d"))
            #expect(try await rig.stages() == ["test"])
        }
    }

    @Test func `A stage that is taken out ends what waits for it, and finds its history when it comes back`()
        async throws
    {
        let rig = try await ManifestsRig(stages: ["prod", "test"])
        try await rig.run {
            try await rig.waitForStages(["prod", "test"])
            #expect(try await rig.images.announce("app", "1.1.0", to: rig.served) == 202)
            #expect(try await rig.served.lastPromotion(of: "prod", freightOf: "1.1.0").phase == "Succeeded")
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.1.0").phase == "Succeeded")
            rig.git.proxy.isOpen = false
            #expect(try await rig.images.announce("app", "1.2.0", to: rig.served) == 202)
            try await eventually("promotions that wait") {
                let list = try await rig.served.get("promotions", as: Listed<PromotionSummary>.self).items
                return list.count { $0.nextTry != nil } == 2
            }
            try await rig.commit(stages: ["test"])
            try await rig.announce()
            try await rig.waitForStages(["test"])
            // Its push was begun, and nobody knows how it ended: that is found out first.
            let open = try await rig.served.get("promotions?stage=prod&limit=1", as: Listed<PromotionSummary>.self)
            #expect(open.items.first?.isOver == false)
            rig.git.proxy.isOpen = true
            let ended = try await rig.served.lastPromotion(of: "prod", freightOf: "1.2.0")
            #expect(ended.phase == "Aborted")
            let commit = try await rig.manifests.git("rev-parse", "main")
            #expect(
                ended.message.hasPrefix("stage shop/prod is no longer in the manifests, as read from ")
                    && ended.message.hasSuffix("/pipelines.git@\(commit.prefix(7))"),
                "\(ended.message)"
            )
            #expect(try await rig.served.lastPromotion(of: "test", freightOf: "1.2.0").phase == "Succeeded")
            #expect(try await rig.shop.show("envs/prod/kustomization.yaml").contains("newTag: 1.1.0"))

            try await rig.commit(stages: ["prod", "test"])
            try await rig.announce()
            try await eventually("the promotion that its absence had ended") {
                let list = try await rig.served.get("promotions?stage=prod", as: Listed<PromotionSummary>.self)
                return list.items.map(\.phase) == ["Succeeded", "Aborted", "Succeeded"]
            }
            #expect(try await rig.shop.show("envs/prod/kustomization.yaml").contains("newTag: 1.2.0"))
        }
    }

    @Test func `check reads Git only where it is told to, and a dry run decides on what runs`() async throws {
        let rig = try await ManifestsRig()
        let offline = try await rig.served.command("check")
        #expect(offline.status == 0)
        #expect(offline.text.contains("are not checked") && offline.text.contains("--fetch"), "\(offline.text)")
        let fetched = try await rig.served.command("check", "--fetch")
        #expect(fetched.status == 0 && fetched.text.contains("1 project, 1 stage"), "\(fetched.text)\(fetched.errors)")
        try await rig.manifests.refuseParts()
        try await rig.manifests.commit(["noise": GitRepositoryFixture.noise(megabytes: 4)])
        let whole = try await rig.served.command("check", "--fetch")
        #expect(whole.status == 0 && whole.text.contains("1 project, 1 stage"), "\(whole.text)\(whole.errors)")
        try await rig.commit(stages: ["test"], more: ["live/bad.yaml": "kind: [\n"])
        let bad = try await rig.served.command("check", "--fetch")
        #expect(bad.status == 1 && bad.text.contains(":live/bad.yaml:"), "\(bad.text)")

        let payload = try Payload.package(rig.images.image("app"), tag: "1.1.0", secret: rig.images.secret)
        try rig.served.folder.write(String(decoding: payload.body, as: UTF8.self), to: "body.json")
        try rig.served.folder.write("X-GitHub-Event: package\nX-GitHub-Delivery: 1\n", to: "headers")
        let dryRun = ["replay", "--dry-run", "--receiver", "ghcr", "--headers", "headers", "body.json"]
        let early = try await rig.served.command(dryRun)
        #expect(early.status == 1 && early.errors.contains("have not been read yet"), "\(early.text)\(early.errors)")
        try await rig.commit(stages: ["test"], more: ["live/bad.yaml": "# mended\n"])
        try await rig.run { try await rig.waitForStages(["test"]) }
        let told = try await rig.served.command(dryRun)
        // The repository of the stage is away by now: what was decided is there all the same.
        #expect(told.text.contains("shop/test"), "\(told.text)\(told.errors)")
    }

    @Test func `A reload reads Git too, and one that cannot read a new source changes nothing`() async throws {
        let rig = try await ManifestsRig()
        try await rig.run {
            try await rig.waitForStages(["test"])
            try await rig.commit(stages: ["prod", "test"])
            #expect(try await rig.served.command("reload").status == 0)
            #expect(try await rig.stages() == ["prod", "test"])
            let text = try String(contentsOfFile: rig.served.configFile, encoding: .utf8)
            let more = text.replacing(
                "manifests:\n",
                with: "manifests:\n  - git: {url: \"\(rig.source.url("nowhere.git"))\", projects: all}\n"
            )
            try rig.served.folder.write(more, to: "hoistway.yaml")
            let refused = try await rig.served.command("reload")
            #expect(refused.status != 0)
            #expect(
                refused.errors.contains("nothing was changed") && refused.errors.contains("nowhere"),
                "\(refused.errors)"
            )
            #expect(try await rig.served.get("manifests", as: Listed<ManifestSourceView>.self).items.count == 1)
            #expect(try await rig.stages() == ["prod", "test"])
        }
    }

    @Test func `A push that was acknowledged before a crash is followed after it`() async throws {
        let rig = try await ManifestsRig()
        try await rig.run {
            try await rig.waitForStages(["test"])
            try await rig.commit(stages: ["prod", "test"])
            try await rig.announce()
            rig.served.kill()
            try await rig.served.start()
            try await rig.waitForStages(["prod", "test"])
        }
    }

    @Test func `A change that no webhook tells of is found at the interval`() async throws {
        let rig = try await ManifestsRig(interval: "10s")
        try await rig.run {
            try await rig.waitForStages(["test"])
            try await rig.commit(stages: ["prod", "test"])
            try await rig.waitForStages(["prod", "test"])
        }
    }

    @Test func `A repository that never answers holds up no other one, and neither does it the end`() async throws {
        let silent = try SilentServer()
        let rig = try await ManifestsRig(
            interval: "10s",
            others: ["git: {url: \"http://127.0.0.1:\(silent.port)/never.git\", projects: [other]}"]
        )
        try await rig.run {
            try await rig.waitForStages(["test"])
            try await rig.commit(stages: ["prod", "test"])
            // The other one is still being asked: it is given a minute.
            try await rig.waitForStages(["prod", "test"])

            try rig.served.signal(SIGHUP)
            try await Task.sleep(for: .milliseconds(500))
            let asked = ContinuousClock.now
            try rig.served.signal(SIGTERM)
            try await eventually("the end") { !rig.served.isRunning }
            #expect(ContinuousClock.now - asked < .seconds(45), "the silent one is given a minute")
        }
        withExtendedLifetime(silent) {}
    }

    @Test func `A push that is told of before the server has it is found soon after`() async throws {
        let rig = try await ManifestsRig()
        try await rig.run {
            try await rig.waitForStages(["test"])
            try await rig.announce()
            try await eventually("the decision") {
                let last = try await rig.served.get("deliveries?limit=1", as: Listed<DeliveryView>.self).items.first
                return last?.state == .done
            }
            // The look that follows finds nothing new.
            try await Task.sleep(for: .seconds(1))
            try await rig.commit(stages: ["prod", "test"])
            try await rig.waitForStages(["prod", "test"])
        }
    }
}
