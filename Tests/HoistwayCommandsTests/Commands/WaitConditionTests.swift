import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayCommands

struct WaitConditionTests {
    private static func stage(_ phase: String, verified: [Bool] = []) -> StageView {
        StageView(
            project: "shop",
            name: "test",
            current: [],
            autoPromotion: true,
            promotion: nil,
            phase: phase,
            waiting: 0,
            reason: "",
            contents: verified.enumerated().map { place, isVerified in
                StageContentView(
                    warehouse: "w\(place)",
                    freight: "f\(place)",
                    alias: "alias-\(place)",
                    artifacts: [],
                    since: Timestamp(seconds: 0),
                    promotion: "p",
                    isVerified: isVerified
                )
            }
        )
    }

    private static func promotion(_ phase: PromotionPhase, _ message: String = "") -> PromotionView {
        var record = PromotionRecord(
            id: PromotionID("prod.1.0123456"),
            stage: StageKey(project: "shop", name: "prod"),
            freight: FreightID("0123456"),
            collection: [:],
            actor: .automatic,
            reason: "new",
            steps: [],
            mode: .promote,
            createdAt: Timestamp(seconds: 0)
        )
        record.message = message
        var view = PromotionView(record, summary: "app 1.1.0")
        view.phase = phase
        return view
    }

    @Test func `a promotion is waited for until it is in the phase, or in no phase that leads there`() throws {
        let condition = try WaitCondition.usual(of: .promotion)
        #expect(condition == .phase("Succeeded"))
        #expect(condition.standing(of: Self.promotion(.succeeded)) == .met)
        #expect(condition.standing(of: Self.promotion(.running)) == .waiting("it is Running, and not Succeeded"))
        #expect(
            condition.standing(of: Self.promotion(.failed, "no branch"))
                == .never("it is Failed, and not Succeeded: no branch")
        )
        #expect(try WaitCondition("phase=failed", of: .promotion).standing(of: Self.promotion(.failed)) == .met)
    }

    @Test func `a stage is verified when all of its freight is`() throws {
        let condition = try WaitCondition("verified", of: .stage)
        #expect(condition.standing(of: Self.stage("Succeeded", verified: [true, true])) == .met)
        #expect(condition.standing(of: Self.stage("Succeeded")) == .waiting("there is no freight in it"))
        #expect(
            condition.standing(of: Self.stage("Succeeded", verified: [true, false]))
                == .waiting("freight alias-1 is not verified in it")
        )
        #expect(try WaitCondition("phase=succeeded", of: .stage).standing(of: Self.stage("Succeeded")) == .met)
        #expect(try WaitCondition("healthy", of: .stage).standing(of: Self.stage("Succeeded")) != .met)
    }

    @Test func `freight is verified in a stage, or in any`() throws {
        var freight = FreightView(
            id: "f",
            alias: "a",
            project: "shop",
            warehouse: "app",
            artifacts: [],
            discoveredAt: Timestamp(seconds: 0),
            cause: "",
            currentlyIn: [],
            verifiedIn: [],
            approvedFor: []
        )
        let (any, test) = (
            try WaitCondition("verified", of: .freight), try WaitCondition("verified=test", of: .freight)
        )
        #expect(any.standing(of: freight) != .met)
        freight.verifiedIn = ["uat"]
        #expect(any.standing(of: freight) == .met)
        #expect(test.standing(of: freight) == .waiting("it is not verified in test"))
        freight.verifiedIn = ["test"]
        #expect(test.standing(of: freight) == .met)
    }

    @Test(arguments: [
        ("healthy", ThingKind.promotion), ("phase=Done", .promotion), ("phase", .stage), ("verified=x", .stage),
        ("", .stage), ("healthy", .freight), ("phase=Bogus", .stage), ("phase=Running", .stage), ("phase=", .stage),
        ("verified=", .freight),
    ])
    func `what cannot hold is an error of usage`(_ text: String, _ kind: ThingKind) {
        #expect(throws: CommandFailure.self) { try WaitCondition(text, of: kind) }
    }

    @Test func `a phase that no stage can have is an error that names those that there are`() throws {
        #expect {
            try WaitCondition("phase=Bogus", of: .stage)
        } throws: { error in
            let failure = error as? CommandFailure
            return failure?.exitStatus == .usage
                && failure?.hint
                    == "write one of NoFreight, Pending, Promoting, Succeeded, Failed, Errored, Aborted, FreightLost, "
                    + "ControlFlow"
        }
        for phase in PhaseNames.stage {
            #expect(try WaitCondition("phase=\(phase.lowercased())", of: .stage) == .phase(phase))
        }
    }

    @Test func `a control flow stage is never healthy or verified`() throws {
        var stage = Self.stage("ControlFlow")
        stage.state = .controlFlow
        for text in ["healthy", "verified", "phase=Succeeded"] {
            guard case .never = try WaitCondition(text, of: .stage).standing(of: stage) else {
                Issue.record("\(text) is waited for")
                continue
            }
        }
        #expect(try WaitCondition("phase=ControlFlow", of: .stage).standing(of: stage) == .met)
    }

    @Test func `kinds have their singular, plural and short names`() {
        #expect(ThingKind(argument: "stage") == .stage && ThingKind(argument: "stages") == .stage)
        #expect(ThingKind(argument: "promo") == .promotion && ThingKind(argument: "deliveries") == .delivery)
        #expect(ThingKind(argument: "freight") == .freight && ThingKind(argument: "pod") == nil)
        let all = ThingKind.allCases.flatMap { [$0.plural] + $0.otherNames }
        #expect(Set(all).count == all.count)
    }

    @Test func `the names of promotions are shown as far as they differ`() {
        let names = [
            "prod.01m8pdnd1e1t2t6xaw717nhzw1.3f7adf0", "prod.01m8pdnd1e9t2t6xaw717nhzw1.3f7adf0",
            "a.b.01m8pdnckcb394japq3a50kyfz.3f7adf0",
        ]
        let short = ShortNames.of(promotions: names)
        #expect(short[names[0]] == "prod.01m8pdnd1e1" && short[names[1]] == "prod.01m8pdnd1e9")
        #expect(short[names[2]] == "a.b.01m8pdnck")
    }

    @Test func `each step of a promotion is told once for each state`() {
        var lines = PromotionLines()
        var view = Self.promotion(.running)
        view.stepCount = 2
        view.steps = [
            StepRecord(alias: "a", uses: "git-clone", status: .running), StepRecord(alias: "b", uses: "git-push"),
        ]
        #expect(
            lines.news(of: view) == [
                "promotion prod.1.0123456 to shop/prod: Running", "  step 1 of 2 git-clone Running",
            ]
        )
        #expect(lines.news(of: view).isEmpty)
        view.steps[0] = StepRecord(alias: "a", uses: "git-clone", status: .succeeded, message: "opened it")
        #expect(lines.news(of: view) == ["  step 1 of 2 git-clone Succeeded: opened it"])
    }
}
