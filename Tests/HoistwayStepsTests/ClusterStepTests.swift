import Foundation
import HoistwayModel
import HoistwaySteps
import HoistwayTestKit
import Testing

/// T2: a step that cannot act fails, unless the operator has chosen to skip it.
struct ClusterStepTests {
    private func step(_ uses: String, _ rule: MissingArgoCD?) -> StepTemplate {
        StepTemplate(
            uses: uses,
            alias: "argo",
            config: ["apps": [["name": "shop-prod"]]],
            missingArgoCD: rule,
            place: Bench.place
        )
    }

    @Test(arguments: ["argocd-update", "argocd-wait"])
    func `T2: without a cluster the step fails at the first try, and says what to write`(uses: String) async throws {
        let bench = Bench()
        var template = step(uses, .fail)
        template.errorThreshold = 5
        var run = bench.run([template])
        let event = await run.next()
        #expect(event.phase == .failed)
        #expect(
            event.message.contains("\(uses) cannot act: no cluster is configured; the Application shop-prod was not")
        )
        #expect(event.message.contains("argocd: {whenMissing: skip}"), "\(event.message)")
    }

    @Test func `T2: skipped by choice it says so, and a promotion of nothing else says that nothing was done`()
        async throws
    {
        let bench = Bench()
        var run = bench.run([step("argocd-update", .skip)])
        let event = await run.next()
        #expect(event.phase == .succeeded)
        #expect(
            event.message == "every step was skipped: nothing was done, and the freight does not count as verified"
        )
        #expect(run.records[0].message.contains("argocd.whenMissing is skip"))
    }

    @Test func `T2: a promotion stored by an earlier version still skips the step`() async throws {
        let stored = #"""
            {"uses":"argocd-update","alias":"step-1","continueOnError":false,"errorThreshold":1,
             "config":{"map":{"_0":{"apps":{"list":{"_0":[{"map":{"_0":{"name":{"string":{"_0":"a"}}}}}]}}}}},
             "place":{"file":"p.yaml","line":64,"path":"spec.steps[0]"}}
            """#
        let template = try JSONDecoder().decode(StepTemplate.self, from: Data(stored.utf8))
        var run = Bench().run([template])
        let event = await run.next()
        #expect(event.phase == .succeeded && event.message == "")
        #expect(run.records[0].status == .skipped)
        #expect(run.records[0].message == "no cluster is configured; the Application a was not updated")
    }

    @Test func `T2: legacy updates of Applications follow the stage's rule`() {
        let mechanisms = PromotionMechanisms(
            gitRepoUpdates: [],
            argoCDAppUpdates: [ArgoCDAppUpdate(appName: "a", appNamespace: "argocd", place: Bench.place)],
            place: Bench.place
        )
        for rule in MissingArgoCD.allCases {
            let stage = Stage(
                key: StageKey(project: "demo", name: "prod"),
                requestedFreight: [],
                promotion: .mechanisms(mechanisms),
                missingArgoCD: rule,
                place: Bench.place
            )
            #expect(stage.steps(for: Bench().freight).map(\.missingArgoCD) == [rule])
        }
    }
}
