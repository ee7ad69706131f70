import HoistwayTestServers
import Testing

/// What is wrong with an Application, its cluster or its controller ends or delays the promotion in words.
struct ArgoCDBadInputTests {
    /// Runs one promotion, and gives what it came to.
    private func promotion(_ rig: ArgoCDRig) async throws -> PromotionSummary {
        var found: PromotionSummary?
        try await rig.run {
            try await rig.announce()
            found = try await rig.promotion(of: "test")
        }
        return try #require(found)
    }

    @Test(arguments: [nil, "shop:other", "shop:*", "shop", "other:test"])
    func `an Application that does not authorise the stage is left alone, and the line to add is shown`(
        _ annotation: String?
    ) async throws {
        let rig = try await ArgoCDRig(change: { fixture in
            fixture.annotations["kargo.akuity.io/authorized-stage"] = annotation
            return true
        })
        let before = rig.application("test")
        let promotion = try await promotion(rig)
        #expect(promotion.phase != "Succeeded")
        #expect(promotion.message.contains("does not authorise the stage shop:test"), "\(promotion.message)")
        #expect(rig.cluster.log("patch", .applications).isEmpty)
        #expect(rig.application("test") == before)
    }

    @Test func `an Application that is not there ends the promotion`() async throws {
        let rig = try await ArgoCDRig(change: { _ in false })
        let promotion = try await promotion(rig)
        #expect(promotion.phase != "Succeeded")
        #expect(promotion.message.contains("there is no Application argocd/shop-test"), "\(promotion.message)")
    }

    @Test func `a source that does not match ends the promotion, and nothing is written`() async throws {
        let rig = try await ArgoCDRig(change: { fixture in
            fixture.sources[0].repoURL = "https://git.example/elsewhere"
            return true
        })
        let promotion = try await promotion(rig)
        #expect(promotion.phase != "Succeeded")
        #expect(promotion.message.contains("has no source"), "\(promotion.message)")
        #expect(rig.cluster.log("patch", .applications).isEmpty)
    }

    @Test func `an Application that is deleted in the middle of its sync ends the promotion`() async throws {
        let rig = try await ArgoCDRig()
        await rig.controller.script("shop-test", .delete(during: .sync))
        let promotion = try await promotion(rig)
        #expect(promotion.phase != "Succeeded")
        #expect(promotion.message.contains("there is no Application argocd/shop-test"), "\(promotion.message)")
    }

    @Test func `a sync that fails ends the promotion with Argo CD's words`() async throws {
        let rig = try await ArgoCDRig()
        await rig.controller.script("shop-test", .fail("one or more objects failed to apply, reason: no quota"))
        let promotion = try await promotion(rig)
        #expect(promotion.phase != "Succeeded")
        #expect(promotion.message.contains("no quota"), "\(promotion.message)")
        #expect(rig.starts("test").count == 1)
    }

    @Test func `an operation that is in progress for ever ends the promotion at its time-out`() async throws {
        let rig = try await ArgoCDRig(
            steps: { ArgoCDRig.update($0, $1, more: "retry: {timeout: 2s}") },
        )
        await rig.controller.script("shop-test", .blockBySyncWindow)
        let promotion = try await promotion(rig)
        #expect(promotion.phase != "Succeeded")
        // What it waited for last depends on how far the controller had come.
        #expect(promotion.message.contains("not done within its time limit (2s); last: "), "\(promotion.message)")
        #expect(rig.starts("test").count == 1)
    }

    @Test func `without the right to patch the promotion says which right is missing`() async throws {
        let rig = try await ArgoCDRig()
        rig.cluster.setAccess {
            $0.denied = [KubernetesAccess.Rule(resources: ["applications"], verbs: ["patch", "update"])]
        }
        try await rig.run {
            try await rig.announce()
            try await eventually("the words of the refusal") {
                try await rig.rig.promotions().first?.message.contains("patch") ?? false
            }
        }
        #expect(rig.application("test")?["operation"] == nil)
    }

    @Test func `an Application that turns bad after its sync ends the wait at once`() async throws {
        let rig = try await ArgoCDRig()
        await rig.controller.script("shop-test", .progress(then: "Degraded"))
        try await rig.run {
            try await rig.announce()
            try await eventually("the promotion that waits for the rollout") {
                try await rig.rig.promotions().first?.message.contains("Progressing") ?? false
            }
            await rig.controller.advance("shop-test")
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase != "Succeeded")
            #expect(promotion.message.contains("Degraded"), "\(promotion.message)")
        }
    }

    @Test func `a cluster whose certificate has expired is named, and nothing is sent to it`() async throws {
        var options = KubernetesServer.Options()
        options.usesTLS = true
        options.wantsLogin = true
        options.hasExpiredCertificate = true
        let rig = try await ArgoCDRig(options: options)
        try await rig.run {
            try await rig.announce()
            try await eventually("the reason") {
                try await rig.rig.promotions().first?.message.contains("certificate") ?? false
            }
        }
        #expect(rig.cluster.log.isEmpty)
    }

    @Test(arguments: [true, false])
    func `watches that fall silent or lose their place are made good by looking`(isSilent: Bool) async throws {
        let rig = try await ArgoCDRig()
        await rig.controller.script("shop-test", .hold(.sync))
        try await rig.run {
            try await rig.announce()
            try await rig.syncing("test")
            try await eventually("a watch") { rig.cluster.watches.contains { $0.resource == .applications } }
            if isSilent {
                rig.cluster.silenceWatches()
            } else {
                rig.cluster.forgetHistory()
                rig.cluster.failWatches()
            }
            await rig.controller.release("shop-test")
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(rig.starts("test").count == 1)
        }
    }

    @Test(arguments: ["{\"type\": \"ADDED\", \"object\": 7}\n", "<html>login</html>", "{\"type\":\"MODI"])
    func `a watch that sends garbage is begun anew, and the promotion is not lost`(_ garbage: String) async throws {
        let rig = try await ArgoCDRig()
        rig.cluster.inject(KubernetesFault(.answer(Array(garbage.utf8)), verbs: ["watch"], times: 2))
        let promotion = try await promotion(rig)
        #expect(promotion.phase == "Succeeded", "\(promotion.message)")
        #expect(rig.starts("test").count == 1)
    }

    @Test func `a token that is revoked under way stops nothing else, and a new one lets the promotion go on`()
        async throws
    {
        var options = KubernetesServer.Options()
        options.usesTLS = true
        options.wantsLogin = true
        let rig = try await ArgoCDRig(options: options)
        await rig.controller.script("shop-test", .hold(.sync))
        try await rig.run {
            try await rig.announce()
            try await rig.syncing("test")
            rig.cluster.revoke()
            rig.cluster.breakWatches()
            let served = rig.rig.served
            try await eventually("a request that is refused") {
                rig.cluster.log.contains { $0.status == 401 }
            }
            #expect(served.isRunning)
            #expect(!served.log.contains(KubernetesServer.token))
            rig.cluster.setAccess { $0.tokens = [KubernetesServer.token: KubernetesServer.user] }
            await rig.controller.release("shop-test")
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
        }
    }
}
