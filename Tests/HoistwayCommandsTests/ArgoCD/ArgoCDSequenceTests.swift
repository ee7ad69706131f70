import HoistwayTestServers
import Testing

/// From a signed webhook to Applications that run what was promoted.
struct ArgoCDSequenceTests {
    @Test(arguments: [false, true])
    func `each of three stages waits for its Application before the next one begins`(isMultiSource: Bool) async throws {
        let rig = try await ArgoCDRig(
            stages: [("test", []), ("uat", ["test"]), ("prod", ["uat"])],
            isMultiSource: isMultiSource
        )
        for stage in ["test", "uat", "prod"] {
            await rig.controller.script("shop-\(stage)", .hold(.sync), .progress(then: "Healthy"))
        }
        try await rig.run {
            try await rig.announce()
            for stage in ["test", "uat", "prod"] {
                try await rig.syncing(stage)
                let running = try await rig.rig.promotions().filter { !$0.isOver }.map(\.stage)
                #expect(running == [stage], "the next stage begins when this one has its Application")
                await rig.controller.release("shop-\(stage)")
                try await eventually("the rollout") {
                    rig.application(stage)?["status", "health", "status"] == "Progressing"
                }
                await rig.controller.advance("shop-\(stage)")
                let promotion = try await rig.promotion(of: stage)
                #expect(promotion.phase == "Succeeded", "\(stage): \(promotion.message)")
                try await check(stage, promotion, rig, isMultiSource: isMultiSource)
            }
        }
    }

    private func check(_ stage: String, _ promotion: PromotionSummary, _ rig: ArgoCDRig, isMultiSource: Bool)
        async throws
    {
        let head = try #require(try await rig.rig.head("stage/\(stage)"))
        let application = try #require(rig.application(stage))
        let result = application["status", "operationState", "syncResult"]
        if isMultiSource {
            #expect(result?["revisions"] == ["1.2.3", .string(head)])
        } else {
            #expect(result?["revision"] == .string(head))
        }
        #expect(rig.starts(stage).count == 1)
        let operation = try #require(application["status", "operationState", "operation"])
        #expect(operation["initiatedBy", "automated"] == true)
        #expect(operation["sync", "revision"] == nil && operation["sync", "revisions"] == nil)
        let info = (operation["info"]?.list ?? []).map { "\($0["name"]?.string ?? "")=\($0["value"]?.string ?? "")" }
        #expect(info.contains("kargo.akuity.io/promotion=\(promotion.id)"), "\(info)")
        #expect(info.contains("hoistway.dev/stage=shop:\(stage)"), "\(info)")
        #expect(application["operation"] == nil)
    }

    @Test func `a stage that pushes nothing updates all Applications that its labels select`() async throws {
        let steps = """
            - uses: argocd-update
              config:
                apps: [{selector: {matchLabels: {team: shop}}}]
            - {uses: argocd-wait, config: {apps: [{selector: {matchLabels: {team: shop}}}]}}
            """
        let rig = try await ArgoCDRig(
            stages: [("test", [])],
            pushes: false,
            steps: { _, _ in steps },
            change: { fixture in
                fixture.labels["team"] = "shop"
                return true
            }
        )
        var foreign = ApplicationFixture("foreign", .init(rig.rig.git.url("shop.git"), path: "envs/test"))
        foreign.labels["team"] = "shop"
        rig.cluster.put(foreign.value, of: .applications)
        try await rig.run {
            try await rig.announce()
            try await eventually("the sync") { rig.starts("test").count == 1 }
            #expect(rig.cluster.log("patch", .applications, name: "foreign").isEmpty, "it does not authorise the stage")
            await rig.controller.settle()
            rig.cluster.edit(.applications, "foreign") { $0["operation"] = ApplicationFixture.operation(by: "admin") }
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
        }
    }

    @Test func `somebody else's operation is waited for, and then the own one is begun`() async throws {
        let rig = try await ArgoCDRig()
        await rig.controller.script("shop-test", .hold(.sync))
        rig.cluster.edit(.applications, "shop-test") { $0["operation"] = ApplicationFixture.operation(by: "admin") }
        try await rig.syncing("test")
        try await rig.run {
            try await rig.announce()
            try await eventually("the promotion that waits, and says for whom") {
                try await rig.rig.promotions().first.map { !$0.isOver && $0.message.contains("admin") } ?? false
            }
            #expect(rig.starts("test").isEmpty)
            await rig.controller.release("shop-test")
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(rig.starts("test").count == 1)
        }
    }

    @Test func `an operation that somebody overwrites is noticed and asked for again`() async throws {
        let rig = try await ArgoCDRig()
        await rig.controller.script("shop-test", .otherOperation(by: "admin"))
        try await rig.run {
            try await rig.announce()
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let info = rig.application("test")?["status", "operationState", "operation", "info"]
            #expect("\(info ?? .null)".contains(promotion.id))
        }
    }

    @Test func `a controller that starts anew in the middle of a sync ends it, and the promotion with it`() async throws
    {
        let rig = try await ArgoCDRig()
        await rig.controller.script("shop-test", .restart)
        try await rig.run {
            try await rig.announce()
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(rig.starts("test").count == 1)
        }
    }

    @Test func `a write that meets another one is judged and made anew`() async throws {
        let rig = try await ArgoCDRig()
        rig.cluster.refuseWithConflict(.applications, "shop-test", times: 2)
        try await rig.run {
            try await rig.announce()
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(rig.starts("test").count == 1)
        }
    }

    @Test func `a cluster that is dead does not hold up the promotions to another one`() async throws {
        let dead = try await KubernetesServer.start()
        defer { dead.stop() }
        try await dead.goDown()
        let rig = try await ArgoCDRig(
            others: ["dead": dead],
            more: ["projects: {bank: {argocd: {cluster: dead}}}"],
            manifests: { url, source in
                let update = ArgoCDRig.update(url, "bank").split(separator: "\n").map { "        \($0)" }
                let steps = Manifest.inPlace(url, branch: "bank", folder: "envs/test") + update
                return [
                    Manifest.project("bank", remotes: [.init(url: url, login: GitRig.deployer)]),
                    Manifest.images("app", in: "bank", source.image("app")),
                    Manifest.stage("bank", in: "bank", of: ["app"], steps: steps),
                ]
            }
        )
        try await rig.rig.repository.git("branch", "bank", "main")
        try await rig.run {
            try await rig.announce()
            #expect(try await rig.promotion(of: "test").phase == "Succeeded")
            try await eventually("the other promotion, which waits for its cluster") {
                try await rig.rig.promotions().contains { $0.stage == "bank" && !$0.isOver && !$0.message.isEmpty }
            }
            try await rig.announce("1.2.0")
            #expect(try await rig.promotion(of: "test", "1.2.0").phase == "Succeeded")
            // Back again, the cluster has no such Application: the promotion comes to an end that says so.
            try await dead.listen()
            let bank = try await rig.promotion(of: "bank")
            #expect(bank.message.contains("shop-bank"), "\(bank.message)")
        }
    }
}
