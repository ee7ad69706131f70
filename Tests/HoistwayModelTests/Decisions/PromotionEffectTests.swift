import Foundation
import HoistwayModel
import Testing

/// T2: freight counts as verified only where its promotion has done something.
struct PromotionEffectTests {
    typealias Told = (uses: String, status: StepRecord.Status)

    /// The stage `test` after a promotion with these steps, and what is said of the stage after it.
    private func finish(_ told: [Told], rule: MissingArgoCD? = .skip) -> (verified: Bool, uat: String) {
        var world = World()
        let steps = told.enumerated().map { index, step in
            StepTemplate(
                uses: step.uses,
                alias: "step-\(index + 1)",
                config: .map([:]),
                missingArgoCD: StepCatalogue.needingCluster.contains(step.uses) ? rule : nil,
                place: World.place
            )
        }
        let key = world.stage("test")
        if rule != nil {
            world.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(steps)
            world.pipelines.projects["shop"]?.stages["test"]?.missingArgoCD = rule ?? .fail
        }
        world.receive("1.0.0")
        world.dispatch()
        guard var record = world.open("test").first else { return (false, "no promotion") }
        record.steps = steps
        record.phase = .succeeded
        record.stepRecords = zip(steps, told).map { StepRecord(alias: $0.alias, uses: $0.uses, status: $1.status) }
        world.state.apply(
            PromotionOutcome.changes(
                after: record,
                stage: world.pipelines.stage(key),
                state: world.state,
                now: world.now
            )
        )
        let verdict = world.dispatch().verdicts.first { $0.stage == world.stage("uat") }
        let uat = "\(verdict?.kind.rawValue ?? ""): \(verdict?.reason ?? "")"
        return (world.freight("1.0.0")?.verifiedIn["test"] != nil, uat)
    }

    @Test(
        arguments: [
            ([("argocd-update", .skipped)], "every step was skipped"),
            ([("argocd-update", .skipped), ("argocd-wait", .skipped)], "every step was skipped"),
            ([("git-clone", .succeeded), ("argocd-update", .skipped)], "no step pushes a branch"),
            ([("git-clone", .succeeded), ("git-commit", .succeeded)], "no step pushes a branch"),
            ([("git-commit", .succeeded), ("git-push", .failed)], "no push succeeded"),
            // Skipped by its `if`.
            ([("git-commit", .succeeded), ("git-push", .skipped)], "no push succeeded"),
        ] as [([Told], String)]
    )
    func `T2: what did nothing verifies nothing, and nothing downstream is promoted by itself`(
        told: [Told],
        reason: String
    ) {
        let found = finish(told)
        #expect(!found.verified)
        #expect(found.uat.hasPrefix("notAvailable"), "\(found.uat)")
        let why = "not verified in test: the promotion to it did nothing, as \(reason)"
        #expect(found.uat.contains(why), "\(found.uat)")
    }

    @Test(
        arguments: [
            [
                ("git-clone", .succeeded), ("git-commit", .succeeded), ("git-push", .succeeded),
                ("argocd-update", .skipped),
            ],
            [("git-clone", .succeeded), ("git-commit", .skipped), ("git-push", .succeeded)],
            [("git-push", .failed), ("git-push", .succeeded)],
            // Stages that hold freight back, or look at a file.
            [("compose-output", .succeeded)], [("git-clone", .succeeded), ("yaml-parse", .succeeded)],
            [("compose-output", .succeeded), ("fail", .skipped)],
        ] as [[Told]]
    )
    func `T2: a branch that was pushed, or had everything, verifies, and so does a stage that has nothing to push`(
        told: [Told]
    ) {
        let found = finish(told)
        #expect(found.verified)
        #expect(found.uat.hasPrefix("promote"), "\(found.uat)")
    }

    /// A stage with an Argo CD step alone is promoted to, or one with a push; gives what is recorded of it then.
    private func promote(_ tag: String, _ told: [Told], in world: inout World) throws -> StageRecord.Collection {
        world.receive(tag)
        world.dispatch()
        var record = try #require(world.open("test").first)
        record.steps = told.map { step in
            let rule: MissingArgoCD? = StepCatalogue.needingCluster.contains(step.uses) ? .skip : nil
            return StepTemplate(
                uses: step.uses,
                alias: step.uses,
                config: .map([:]),
                missingArgoCD: rule,
                place: World.place
            )
        }
        record.phase = .succeeded
        record.stepRecords = told.map { StepRecord(alias: $0.uses, uses: $0.uses, status: $0.status) }
        let stage = world.pipelines.stage(record.stage)
        world.state.apply(PromotionOutcome.changes(after: record, stage: stage, state: world.state, now: world.now))
        return try #require(world.state.stages[record.stage]?.history.first)
    }

    @Test func `T2: freight whose promotion did nothing is not in the stage until one does something`() throws {
        var world = World(automatic: ["test"])
        let skipped: [Told] = [("argocd-update", .skipped)]
        let pushed: [Told] = [("git-push", .succeeded)]
        let first = try promote("1.0.0", skipped, in: &world)
        #expect(first.undelivered == ["app": "every step was skipped"])
        let freight = try #require(world.freight("1.0.0")?.freight)
        #expect(first.undelivered(freight.id) == "every step was skipped")
        let verdict = try #require(world.dispatch().verdicts.first { $0.stage == world.stage("test") })
        #expect(verdict.kind == .alreadyThere, "nothing is promoted twice")
        let said = "freight \(freight.alias) was promoted to test and is not there: every step was skipped"
        #expect(verdict.reason == said)
        #expect(try promote("1.1.0", pushed, in: &world).undelivered == nil)
        // What was delivered is not taken away by a promotion that does nothing.
        let delivered = try #require(world.state.stages[world.stage("test")]?.history.first)
        let ended = try #require(world.state.promotions[delivered.promotion])
        var again = PromotionRecord(
            id: ended.id,
            stage: ended.stage,
            freight: ended.freight,
            collection: ended.collection,
            actor: ended.actor,
            reason: "",
            steps: [],
            mode: ended.mode,
            createdAt: ended.createdAt
        )
        again.phase = .succeeded
        again.stepRecords = [StepRecord(alias: "a", uses: "argocd-update", status: .skipped)]
        let changes = PromotionOutcome.changes(
            after: again,
            stage: world.pipelines.stage(again.stage),
            state: world.state,
            now: world.now
        )
        world.state.apply(changes)
        #expect(world.state.stages[again.stage]?.history.first?.undelivered == nil)
        #expect(try promote("1.2.0", skipped, in: &world).undelivered == ["app": "every step was skipped"])
    }

    @Test func `T1: which commit was delivered stays on record until another promotion delivers its freight`() throws {
        var world = World(automatic: ["test"])
        let carried = try #require(ObjectID(String(repeating: "1", count: 40)))
        let taken = try #require(ObjectID(String(repeating: "2", count: 40)))
        let other = DeliveredCommit(warehouse: "git", carried: carried, delivered: taken, ref: "main")
        let same = DeliveredCommit(warehouse: "git", carried: carried, delivered: carried)
        #expect(other.replacement == "2222222 of main" && same.replacement == nil)
        let key = world.stage("test")
        let items = ["git": FreightID("0123")]
        let turns: [([DeliveredCommit]?, FreightID, [DeliveredCommit]?)] = [
            ([other], FreightID("0123"), [other]), (nil, FreightID("0123"), [other]),
            ([same], FreightID("0123"), [same]),
            ([other], FreightID("0123"), [other]), (nil, FreightID("4567"), nil),
        ]
        for (number, turn) in turns.enumerated() {
            var record = PromotionRecord(
                id: PromotionID("test.\(number).0123"),
                stage: key,
                freight: turn.1,
                collection: items.mapValues { _ in turn.1 },
                actor: .automatic,
                reason: "",
                steps: [],
                mode: .promote,
                createdAt: world.now
            )
            record.phase = .succeeded
            record.deliveredCommits = turn.0
            let stage = world.pipelines.stage(key)
            world.state.apply(PromotionOutcome.changes(after: record, stage: stage, state: world.state, now: world.now))
            #expect(world.state.stages[key]?.history.first?.deliveredCommits == turn.2, "turn \(number)")
        }
    }

    @Test func `T2: a promotion stored by an earlier version, whose steps were skipped, still verifies`() {
        #expect(finish([("argocd-update", .skipped)], rule: nil).verified)
    }

    @Test func `T2: freight that an earlier version has stored is read as it was`() throws {
        let text = #"""
            {"cause":"","currentlyIn":{},"verifiedIn":{},"approvedFor":{},
             "freight":{"id":"83","alias":"cosy-puffin","origin":{"name":"a","project":"p"},"discoveredAt":1,
               "artifacts":[]}}
            """#
        #expect(try JSONDecoder().decode(FreightRecord.self, from: Data(text.utf8)).unverifiedIn == nil)
    }
}
