import Foundation
import HoistwayTestServers
import Testing

private enum SeedDemo {
    /// `nil` where it is not here.
    static let text = try? String(
        contentsOf: RecordedEvent.shared.appending(path: "seed-demo/kargo-demo-steps.yaml"),
        encoding: .utf8
    )
}

/// The shared demo with a task, from a signed webhook to its three branches.
@Suite(.enabled(if: SeedDemo.text != nil, "the shared seed demo is not here"))
struct SeedDemoRunTests {
    @Test func `the demo with a task fills the branches of its stages one after the other`() async throws {
        let text = try #require(SeedDemo.text)
        let rig = try await RuleRig.pipelines(
            warehouses: [],
            files: { source in
                var files = ["base/deploy.yaml": "kind: Deployment\n", "README.md": "the demo\n"]
                for stage in ["test", "uat", "prod"] {
                    files["stages/\(stage)/kustomization.yaml"] = Manifest.kustomization([
                        (source.image("nginx"), "1.26.0")
                    ])
                }
                return files
            }
        ) { url, source in
            let demo = text.replacing("${GITOPS_REPO_URL}", with: url)
                .replacing("public.ecr.aws/nginx/nginx", with: source.image("nginx"))
            return [demo, Manifest.secret("kargo-demo", named: "git", for: .init(url: url, login: GitRig.deployer))]
        }
        try await rig.run {
            let main = try #require(try await rig.head("main"))
            #expect(try await rig.source.announce("nginx", "1.26.2", to: rig.served) == 202)
            for stage in ["test", "uat"] { try await Self.check(stage, from: main, rig) }
            #expect(try await rig.head("stage/prod") == nil)
            let freight = try await rig.served.lastPromotion(of: "uat").freight
            let promoted = try await rig.served.command("promote", "kargo-demo/prod", freight, "--wait")
            #expect(promoted.status == 0, "\(promoted.text)\(promoted.errors)")
            try await Self.check("prod", from: main, rig)
            #expect(try await rig.head("main") == main)
        }
    }

    private static func check(_ stage: String, from main: String, _ rig: RuleRig) async throws {
        let promotion = try await rig.served.lastPromotion(of: stage)
        #expect(promotion.phase == "Succeeded", "\(stage): \(promotion.message)")
        let script = "sed -i 's/1\\.26\\.0/1.26.2/' src/stages/\(stage)/kustomization.yaml"
        #expect(try await rig.difference(of: "stage/\(stage)", from: main, after: script) == "")
        #expect(
            try await rig.message(on: "stage/\(stage)").hasPrefix("Updated ./src/stages/\(stage) to use new image\n")
        )
    }
}
