import HoistwayTestServers
import Testing

/// Forty stages write to one branch, and forty Applications follow it.
struct ManyApplicationsTests {
    private static let stages = (0..<40).map { "s\($0)" }

    @Test func `forty promotions on one branch all succeed, with one sync at most for each Application`() async throws {
        let rig = try await ArgoCDRig(stages: Self.stages.map { ($0, []) }, branch: { _ in "main" })
        try await rig.run {
            try await rig.announce()
            try await eventually(
                "the end of forty promotions",
                workedOff: {
                    let over = try await rig.rig.promotions().filter(\.isOver).count
                    return over == Self.stages.count ? nil : over
                }
            )
            for promotion in try await rig.rig.promotions() {
                #expect(promotion.phase == "Succeeded", "\(promotion.stage): \(promotion.message)")
            }
            for stage in Self.stages {
                #expect(rig.starts(stage).count <= 1, "\(stage)")
                let live = try #require(
                    rig.application(stage)?["status", "operationState", "syncResult", "revision"]?.string
                )
                let file = try await rig.rig.repository.git("show", "\(live):envs/\(stage)/kustomization.yaml")
                #expect(file.contains("1.1.0"), "\(stage)")
            }
        }
    }
}
