import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// What a promotion claims is what it has done: T1 and T2 with the real program.
struct DeliveryRuleTests {
    /// Copies `base` of a checkout of the repository to `stage/NAME`.
    private static func copying(_ url: String, _ name: String, source: String) -> [String] {
        [
            "        - uses: git-clone",
            "          config:",
            "            repoURL: \(url)",
            "            checkout: [{\(source), path: ./src}, {branch: stage/\(name), create: true, path: ./out}]",
            "        - {uses: git-clear, config: {path: ./out}}",
            "        - {uses: copy, config: {inPath: ./src/base, outPath: ./out}}",
            "        - {uses: git-commit, config: {path: ./out}}",
            "        - {uses: git-push, config: {path: ./out}}",
        ]
    }

    @Test(arguments: ["fromFreight: true", "branch: main"])
    func `T1: a commit that was verified in one stage is delivered to the next, or the promotion says what is instead`(
        source: String
    ) async throws {
        let rig = try await RuleRig(
            files: { _ in ["base/a.yaml": "promoted\n"] },
            stages: { url in
                [Manifest.warehouse("base", in: "shop", "- git: {repoURL: \(url), branch: main}")]
                    + [("a", [String]()), ("b", ["a"])].map { name, upstream in
                        let steps = Self.copying(url, name, source: source)
                        return Manifest.stage(name, in: "shop", of: ["base"], after: upstream, steps: steps)
                    }
            },
            warehouses: [],
            configure: { configuration in
                let project = configuration.manifests[0]
                configuration.manifests[0] = project.replacing("stageSelector: {}", with: "stageSelector: {name: a}")
            }
        )
        try await rig.run {
            try await eventually("the promotion to a") { try await rig.head("stage/a") != nil }
            let promoted = try #require(try await rig.head("main"))
            try await eventually("the end of the promotion to a") {
                try await rig.promotions().first?.phase == "Succeeded"
            }
            let freight = try #require(try await rig.served.get("freight", as: Listed<FreightView>.self).items.first)
            let tip = try await rig.repository.commit(["base/a.yaml": "tip\n"], to: "main", message: "Moves on")

            let done = try await rig.served.command("promote", "shop/b", freight.alias, "--wait")
            #expect(done.status == 0, "\(done.text)\(done.errors)")
            let delivered = try await rig.text("a.yaml", on: "stage/b")
            let message = try await rig.repository.git("log", "-1", "--format=%B", "stage/b")
            let id = try #require(try await rig.promotions().first { $0.stage == "b" }?.id)
            let view = try await rig.served.command("get", "promotions", id)
            let why = try await rig.served.command("why", "shop/b", freight.alias)
            let warning = "./src shows main of"
            if source == "branch: main" {
                #expect(delivered == "tip\n")
                #expect(message.contains(tip) && !message.contains(promoted), "\(message)")
                #expect(message.contains("(main), not the freight's commit \(promoted.prefix(7))"), "\(message)")
                #expect(view.text.contains(warning), "\(view.text)")
                #expect(why.text.contains(warning), "\(why.text)")
            } else {
                #expect(delivered == "promoted\n")
                #expect(message.contains(promoted) && !message.contains(tip), "\(message)")
                #expect(!view.text.contains(warning) && !why.text.contains(warning))
            }
        }
    }

    private func argoCDOnly(_ settings: [String]) async throws -> RuleRig {
        let rig = try await RuleRig(
            files: { ["env/kustomization.yaml": Manifest.kustomization([($0.image("app"), "1.0.0")])] },
            stages: { url in
                let update = ["        - {uses: argocd-update, config: {apps: [{name: shop-test}]}}"]
                let push = Manifest.inPlace(url, branch: "stage/uat", folder: "env")
                return [
                    Manifest.stage("test", in: "shop", of: ["app"], steps: update),
                    Manifest.stage("uat", in: "shop", of: ["app"], after: ["test"], steps: push),
                ]
            },
            configure: { $0.more += settings }
        )
        try await rig.repository.git("branch", "stage/uat", "main")
        return rig
    }

    @Test func `T2: a stage that can do nothing but update an Application fails, and says what to write`() async throws
    {
        let rig = try await argoCDOnly([])
        try await rig.run {
            let promotion = try await rig.push("1.1.0")
            #expect(promotion.phase == "Failed")
            #expect(promotion.message.contains("argocd: {whenMissing: skip}"), "\(promotion.message)")
            #expect(try await rig.promotions().count == 1)
        }
    }

    @Test func `T2: skipped by choice, it verifies nothing, nothing goes on, and why says so`() async throws {
        let rig = try await argoCDOnly(["argocd: {whenMissing: skip}"])
        try await rig.run {
            let promotion = try await rig.push("1.1.0")
            #expect(promotion.phase == "Succeeded")
            #expect(promotion.message.contains("every step was skipped"), "\(promotion.message)")
            let why = try await rig.served.command("why", "shop/uat")
            #expect(
                why.text.contains("not verified in test: the promotion to it did nothing, as every step was skipped"),
                "\(why.text)"
            )
            #expect(try await rig.promotions().count == 1)
            #expect(try await rig.tag(on: "stage/uat") == "1.0.0")
        }
    }

    /// A stage that edits a kustomization in place whose entry `frontend` becomes the image of the freight.
    private func renaming(_ tag: String) async throws -> RuleRig {
        let rig = try await RuleRig(
            files: { source in
                let entry = "  - name: frontend\n    newName: \(source.image("app"))\n    newTag: \(tag)\n"
                return [
                    "env/kustomization.yaml": "# Kept.\nresources: [app.yaml]\nimages:\n\(entry)",
                    "env/app.yaml": "kind: Deployment\nspec: {template: {spec: {containers: [{image: frontend}]}}}\n",
                ]
            },
            stages: { url in
                let steps = Manifest.inPlace(url, branch: "stage/test", folder: "env")
                return [Manifest.stage("test", in: "shop", of: ["app"], steps: steps)]
            }
        )
        try await rig.repository.git("branch", "stage/test", "main")
        return rig
    }

    @Test func `T4: the entry that the pods come from gets the version, and no idle one is added`() async throws {
        let rig = try await renaming("1.0.0")
        try await rig.run {
            let promotion = try await rig.push("1.1.0")
            #expect(promotion.phase == "Succeeded")
            let image = rig.source.image("app")
            #expect(
                try await rig.text() == """
                    # Kept.
                    resources: [app.yaml]
                    images:
                      - name: frontend
                        newName: \(image)
                        newTag: 1.1.0
                        digest: \(Payload.digest(of: image, tag: "1.1.0"))

                    """
            )
            let view = try await rig.served.get("promotions/\(promotion.id)", as: PromotionView.self)
            #expect(view.warnings == nil, "\(view.warnings ?? [])")
            let subject = try await rig.repository.git("log", "-1", "--format=%s", "stage/test")
            #expect(subject.hasPrefix("app 1.0.0 → 1.1.0 to test"), "\(subject)")
        }
    }

    @Test func `T4: an older version is refused under the name that the pods have, too`() async throws {
        let rig = try await renaming("2.0.0")
        try await rig.run {
            let refused = try await rig.push("1.4.9")
            #expect(refused.phase == "Failed")
            #expect(refused.message.contains("2.0.0, and 1.4.9 is older"), "\(refused.message)")
        }
    }
}
