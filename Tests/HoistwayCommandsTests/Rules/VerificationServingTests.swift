import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// A stage whose manifest asks for a verification, from the command line.
struct VerificationServingTests {
    private static func rig(_ more: [String] = []) async throws -> RuleRig {
        try await RuleRig(
            files: { source in
                [
                    "test/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")]),
                    "prod/kustomization.yaml": Manifest.kustomization([(source.image("app"), "1.0.0")]),
                ]
            },
            stages: { url in
                [
                    Manifest.stage(
                        "test",
                        in: "shop",
                        of: ["app"],
                        steps: Manifest.inPlace(url, branch: "main", folder: "test")
                    ) + "\n  verification: {analysisTemplates: [{name: smoke}]}",
                    Manifest.stage(
                        "prod",
                        in: "shop",
                        of: ["app"],
                        after: ["test"],
                        steps: Manifest.inPlace(url, branch: "main", folder: "prod")
                    ),
                ]
            },
            configure: { $0.more += more }
        )
    }

    private static func freight(_ rig: RuleRig, _ tag: String) async throws -> FreightView {
        let all = try await rig.served.get("freight", as: Listed<FreightView>.self).items
        return try #require(all.first { $0.artifacts.contains { $0.contains(":\(tag)@") } })
    }

    @Test func `its freight waits for hoistway verify, and a failed one goes no further`() async throws {
        let rig = try await Self.rig()
        try await rig.run {
            let check = try await rig.served.command("check")
            #expect((check.text + check.errors).contains("verification: {whenMissing: health}"))
            #expect(try await rig.push("1.1.0").phase == "Succeeded")
            let freight = try await Self.freight(rig, "1.1.0")
            #expect(freight.verifiedIn.isEmpty && freight.currentlyIn == ["test"])
            let stage = try await rig.stage()
            #expect(stage.health?.status == .healthy && stage.health?.isReady == false)
            let why = try await rig.served.command("why", "prod").text
            #expect(why.contains("it waits for `hoistway verify shop/test \(freight.alias)`"), "\(why)")
            let table = try await rig.served.command("get", "stages").text
            #expect(table.contains("HEALTH") && table.contains("Healthy"), "\(table)")

            let usage = try await rig.served.command("verify", "test", "--failed")
            #expect(usage.status == 2, "\(usage.text)\(usage.errors)")
            let elsewhere = try await rig.served.command("verify", "prod")
            #expect(elsewhere.status == 3, "\(elsewhere.text)\(elsewhere.errors)")
            for _ in 1...2 {
                let failed = try await rig.served.command(
                    "verify",
                    "test",
                    freight.alias,
                    "--failed",
                    "--reason",
                    "smoke test 3 failed"
                )
                #expect(failed.status == 0, "\(failed.text)\(failed.errors)")
                #expect(failed.text.contains("test:failed"), "\(failed.text)")
            }
            let refused = try await rig.served.command("why", "prod", freight.alias).text
            #expect(refused.contains(": smoke test 3 failed"), "\(refused)")
            #expect(try await rig.tag(in: "test/kustomization.yaml", on: "main") == "1.1.0")
            #expect(try await rig.tag(in: "prod/kustomization.yaml", on: "main") == "1.0.0")
            let audit = try await rig.served.command("audit").text
            #expect(audit.split(separator: "\n").filter { $0.contains("smoke test 3 failed") }.count == 1, "\(audit)")

            let good = try await rig.served.command("verify", "test")
            #expect(good.status == 0, "\(good.text)\(good.errors)")
            #expect(try await rig.served.lastPromotion(of: "prod", freightOf: "1.1.0").phase == "Succeeded")
            #expect(try await Self.freight(rig, "1.1.0").verifiedIn.sorted() == ["prod", "test"])
        }
    }

    @Test func `with whenMissing health its freight goes on by itself`() async throws {
        let rig = try await Self.rig(["verification: {whenMissing: health}"])
        try await rig.run { () async throws in
            #expect(try await rig.push("1.1.0").phase == "Succeeded")
            #expect(try await rig.served.lastPromotion(of: "prod", freightOf: "1.1.0").phase == "Succeeded")
        }
    }
}
