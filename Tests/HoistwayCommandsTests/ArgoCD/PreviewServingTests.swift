import HoistwayTestServers
import Testing

/// Stages in observe mode, and a cluster whose API server takes requests and never answers.
struct PreviewServingTests {
    @Test func `previews ask a cluster that says nothing once, and every stage of the branch comes to its end`()
        async throws
    {
        let stages = ["test", "uat", "prod"]
        let rig = try await ArgoCDRig(
            stages: stages.map { ($0, []) },
            branch: { _ in "main" },
            more: ["projects: {shop: {mode: observe}}"]
        )
        rig.cluster.inject(KubernetesFault(.hang, verbs: ["get"], of: .applications))
        try await rig.run {
            try await rig.announce()
            for stage in stages {
                let promotion = try await rig.promotion(of: stage)
                #expect(promotion.phase == "Succeeded", "\(stage): \(promotion.message)")
            }
            // Two steps of three stages would have waited half a minute each.
            #expect(rig.cluster.log("get", .applications).count == 1)
        }
    }
}
