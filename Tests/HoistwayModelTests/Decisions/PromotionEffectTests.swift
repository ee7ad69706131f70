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
            [("git-clone", .succeeded), ("git-commit", .skipped), ("git-push", .skipped)],
            [("git-push", .failed), ("git-push", .succeeded)],
        ] as [[Told]]
    )
    func `T2: a branch that was pushed, or had everything, verifies`(told: [Told]) {
        let found = finish(told)
        #expect(found.verified)
        #expect(found.uat.hasPrefix("promote"), "\(found.uat)")
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
