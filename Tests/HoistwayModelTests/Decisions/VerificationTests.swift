import HoistwayModel
import Testing

/// When freight counts as verified in a stage, and what becomes of it downstream.
struct VerificationTests {
    /// Freight that was promoted to `test`, whose health rests on one Application.
    private func promoted(_ applications: [String] = ["a"], _ edit: (inout Stage) -> Void = { _ in }) -> World {
        var world = World()
        world.edit("test", edit)
        world.receive("1.0.0")
        world.dispatch()
        world.finish("test", applications: applications)
        return world
    }

    private func isVerified(_ world: World, in stage: String = "test") -> Bool {
        world.freight("1.0.0")?.verifiedIn[stage] != nil
    }

    private func availability(_ world: World, to stage: String = "uat") throws -> Availability {
        let record = try #require(world.freight("1.0.0"))
        let stage = try #require(world.pipelines.stage(world.stage(stage)))
        return Dispatch(pipelines: world.pipelines, mode: .promote, now: world.now)
            .availability(of: record, to: stage, world.state)
    }

    private func verify(
        _ world: inout World,
        _ freight: String? = nil,
        in stage: String = "test",
        failed reason: String? = nil
    ) throws(VerificationRequest.Failure) -> [FreightRecord] {
        guard let found = world.pipelines.stage(world.stage(stage)) else { return [] }
        let request = VerificationRequest(
            stage: found,
            freight: freight.flatMap { world.freight($0) },
            failure: reason,
            actor: "ann"
        )
        let records = try request.records(on: world.state, now: world.now)
        for record in records { world.state.apply(.putFreight(record)) }
        return records
    }

    // MARK: By health

    @Test func `a stage without Applications and without verification verifies at the end of its promotion`() {
        let world = promoted([])
        #expect(isVerified(world))
    }

    @Test(arguments: [HealthStatus.progressing, .unknown, .unhealthy])
    func `a stage with Applications verifies freight only while it is healthy`(status: HealthStatus) throws {
        var world = promoted()
        #expect(!isVerified(world))
        world.find("test", ["a": status])
        world.verifyByHealth("test")
        #expect(!isVerified(world))
        let waiting = try availability(world)
        #expect(
            waiting.reason
                == "not verified in test yet: test is \(status.rawValue): Application argocd/a is \(status.rawValue)"
        )
        world.dispatch()
        #expect(world.open("uat").isEmpty)
        world.find("test", [:])
        world.verifyByHealth("test")
        #expect(world.freight("1.0.0")?.verifiedIn["test"]?.by == "its health")
        world.dispatch()
        #expect(world.open("uat").count == 1)
        // Once more: nothing is changed.
        let before = world.state
        world.verifyByHealth("test")
        #expect(world.state == before)
    }

    @Test func `nothing is verified while a promotion runs, or after one that did not succeed`() {
        var world = promoted()
        world.find("test", [:])
        let healthy = world
        world.receive("1.1.0")
        world.dispatch()
        world.start("test")
        world.verifyByHealth("test")
        #expect(!isVerified(world))
        world.finish("test", .failed)
        world.verifyByHealth("test")
        #expect(!isVerified(world))
        world = healthy
        world.verifyByHealth("test")
        #expect(isVerified(world))
    }

    @Test func `a stage that gets worse later keeps what it has verified`() {
        var world = promoted()
        world.find("test", [:])
        world.verifyByHealth("test")
        world.find("test", ["a": .unhealthy])
        world.verifyByHealth("test")
        #expect(isVerified(world))
    }

    @Test func `freight that was replaced before it was healthy is not verified`() {
        var world = promoted()
        world.receive("1.1.0")
        world.dispatch()
        world.finish("test", applications: ["a"])
        world.find("test", [:])
        world.verifyByHealth("test")
        #expect(!isVerified(world))
        #expect(world.freight("1.1.0")?.verifiedIn["test"] != nil)
    }

    @Test func `a promotion that did nothing verifies nothing, healthy or not`() throws {
        var world = World()
        world.receive("1.0.0")
        world.dispatch()
        var record = try #require(world.open("test").first)
        record.phase = .succeeded
        record.stepRecords = [StepRecord(alias: "step-1", uses: "git-push", status: .skipped)]
        let stage = world.pipelines.stage(record.stage)
        world.state.apply(PromotionOutcome.changes(after: record, stage: stage, state: world.state, now: world.now))
        world.verifyByHealth("test")
        #expect(!isVerified(world))
        #expect(try availability(world).reason.contains("the promotion to it did nothing"))
    }

    @Test func `soak times count from when freight came to the stage, as in Kargo`() throws {
        var world = promoted()
        world.edit("uat") { $0.requestedFreight[0].requiredSoak = .seconds(600) }
        world.now = world.now + .seconds(300)
        world.find("test", [:])
        world.verifyByHealth("test")
        #expect(!(try availability(world).isAvailable))
        world.now = world.now + .seconds(300)
        #expect(try availability(world).isAvailable)
    }

    @Test func `MatchUpstream takes what is in the upstream stage only once it is verified`() {
        var world = promoted()
        world.edit("uat") { $0.requestedFreight[0].selection = .matchUpstream }
        world.dispatch()
        #expect(world.open("uat").isEmpty)
        world.find("test", [:])
        world.verifyByHealth("test")
        world.dispatch()
        #expect(world.open("uat").map(\.freight) == [world.freight("1.0.0")?.freight.id])
    }

    // MARK: A stage whose manifest asks for a verification

    @Test func `a stage with verification waits for somebody, and why says what to write`() throws {
        var world = promoted([]) { $0.hasVerification = true }
        world.verifyByHealth("test")
        #expect(!isVerified(world))
        let alias = try #require(world.freight("1.0.0")).freight.alias
        #expect(
            try availability(world).reason
                == "not verified in test yet: it waits for `hoistway verify shop/test \(alias)`"
        )
        #expect(world.health("test").status == .healthy)
        #expect(world.health("test").notReady == "freight \(alias) is not verified in it")
        #expect(try verify(&world).map(\.freight.alias) == [alias])
        #expect(world.freight("1.0.0")?.verifiedIn["test"]?.by == "token ann")
        #expect(world.health("test").isReady)
        world.dispatch()
        #expect(world.open("uat").count == 1)
    }

    @Test func `with whenMissing health such a stage verifies by its health`() {
        var world = promoted {
            $0.hasVerification = true
            $0.missingVerification = .health
        }
        #expect(!isVerified(world))
        world.find("test", [:])
        world.verifyByHealth("test")
        #expect(isVerified(world))
        let plain = promoted([]) {
            $0.hasVerification = true
            $0.missingVerification = .health
        }
        #expect(isVerified(plain))
    }

    @Test func `freight that waits for somebody is verified by health where the configuration changes to that`() {
        var world = promoted([]) { $0.hasVerification = true }
        world.edit("test") { $0.missingVerification = .health }
        world.verifyByHealth("test")
        #expect(isVerified(world))
    }

    @Test func `somebody's word is not enough in a stage whose Applications are not healthy`() throws {
        var world = promoted { $0.hasVerification = true }
        world.find("test", ["a": .progressing])
        let before = world.state
        #expect {
            _ = try verify(&world)
        } throws: { error in
            guard case .denied(let text, let hint)? = error as? VerificationRequest.Failure else { return false }
            return text.hasPrefix("shop/test is Progressing, and verifies freight only while it is healthy:")
                && hint.contains("hoistway approve")
        }
        #expect(world.state == before)
        world.find("test", [:])
        world.verifyByHealth("test")
        #expect(!isVerified(world))
        _ = try verify(&world, "1.0.0")
        #expect(isVerified(world))
    }

    @Test func `what is said twice changes nothing`() throws {
        var world = promoted([]) { $0.hasVerification = true }
        _ = try verify(&world)
        let before = world.state
        world.now = world.now + .seconds(60)
        _ = try verify(&world)
        #expect(world.state == before)
        _ = try verify(&world, failed: "broken")
        let failed = world.state
        world.now = world.now + .seconds(60)
        _ = try verify(&world, failed: "broken")
        #expect(world.state == failed)
    }

    @Test func `only freight that lies in the stage can be verified there`() throws {
        var world = promoted([]) { $0.hasVerification = true }
        world.receive("1.1.0")
        #expect(throws: VerificationRequest.Failure.self) { _ = try verify(&world, "1.1.0") }
        #expect(throws: VerificationRequest.Failure.nothingThere("no freight is in shop/uat")) {
            _ = try verify(&world, in: "uat")
        }
        world.dispatch()
        world.finish("test")
        #expect(throws: VerificationRequest.Failure.self) { _ = try verify(&world, "1.0.0") }
        world.edit("uat") { $0.promotion = .controlFlow }
        #expect(
            throws: VerificationRequest.Failure.meaningless(
                "shop/uat has no promotion steps: freight passes through it by itself"
            )
        ) { _ = try verify(&world, in: "uat") }
    }

    // MARK: Failure

    @Test func `a failed verification keeps freight from the stages after it and rolls nothing back`() throws {
        var world = promoted()
        world.find("test", [:])
        world.verifyByHealth("test")
        _ = try verify(&world, failed: "the smoke test failed")
        let freight = try #require(world.freight("1.0.0"))
        #expect(freight.failedIn?["test"]?.actor == "ann" && freight.verifiedIn["test"] == nil)
        #expect(freight.currentlyIn["test"] != nil)
        let answer = try availability(world)
        #expect(!answer.isAvailable)
        #expect(
            answer.reason
                == "verification in test failed at \(world.now.rfc3339), says token ann: the smoke test failed"
        )
        // Health does not overrule a person.
        world.verifyByHealth("test")
        #expect(!isVerified(world))
        world.dispatch()
        #expect(world.open("uat").isEmpty && world.open("test").isEmpty)
        // An approval does.
        var approved = freight
        approved.approvedFor["uat"] = FreightRecord.Approval(approvedAt: world.now, actor: "bob")
        world.state.apply(.putFreight(approved))
        #expect(try availability(world).isAvailable)
        approved.approvedFor = [:]
        world.state.apply(.putFreight(approved))
        _ = try verify(&world)
        #expect(try availability(world).isAvailable)
        #expect(world.freight("1.0.0")?.failedIn == nil)
    }

    @Test func `freight that has left the stage may be found bad, freight that never was there may not`() throws {
        var world = promoted([])
        world.receive("1.1.0")
        #expect(throws: VerificationRequest.Failure.self) { _ = try verify(&world, "1.1.0", failed: "no") }
        world.dispatch()
        world.finish("test")
        _ = try verify(&world, "1.0.0", failed: "found out later")
        #expect(!isVerified(world))
        #expect(world.freight("1.1.0")?.verifiedIn["test"] != nil)
    }

    @Test func `a new promotion of the same freight verifies it once more, one of other freight does not`() throws {
        var world = promoted([])
        _ = try verify(&world, failed: "broken")
        let freight = try #require(world.freight("1.0.0")?.freight)
        let stage = try #require(world.pipelines.stage(world.stage("test")))
        let project = try #require(world.pipelines.projects["shop"])
        var record = Dispatch(pipelines: world.pipelines, mode: .promote, now: world.now).newPromotion(
            of: freight,
            to: stage,
            in: project,
            actor: .person("ann"),
            reason: "",
            state: world.state,
            names: &world.names,
            random: { 7 }
        )
        world.state.apply(.putPromotion(record))
        world.finish("test")
        #expect(isVerified(world))
        _ = try verify(&world, failed: "still broken")
        // As one of another warehouse, which carries this freight along.
        record.freight = FreightID("other")
        record.phase = .succeeded
        world.state.apply(PromotionOutcome.changes(after: record, stage: stage, state: world.state, now: world.now))
        #expect(!isVerified(world) && world.freight("1.0.0")?.failedIn?["test"] != nil)
    }

    @Test func `a long reason is cut`() throws {
        var world = promoted([])
        _ = try verify(&world, failed: String(repeating: "x", count: 5000))
        #expect(world.freight("1.0.0")?.failedIn?["test"]?.reason.count == FreightRecord.FailedVerification.maxReason)
    }
}
