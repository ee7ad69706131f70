import HoistwayTestServers
import Testing

/// One PromotionTask serves all stages of a project.
struct TaskPipelineTests {
    private static func task(_ url: String, image: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: PromotionTask
        metadata: {name: promote, namespace: shop}
        spec:
          vars:
            - {name: image, value: "\(image)"}
            - name: gitRepo
            - {name: openpr, value: "false"}
          steps:
            - uses: git-clone
              config:
                repoURL: ${{ vars.gitRepo }}
                checkout:
                  - {branch: main, path: ./src}
                  - {branch: "stage/${{ ctx.stage }}", create: true, path: ./out}
            - uses: git-clear
              config: {path: ./out}
            - uses: kustomize-set-image
              as: update-image
              config:
                path: ./src/envs/${{ ctx.stage }}
                images: [{image: "${{ vars.image }}", tag: "${{ imageFrom(vars.image).Tag }}"}]
            - uses: copy
              config: {inPath: "./src/envs/${{ ctx.stage }}", outPath: ./out}
            - uses: git-commit
              as: commit
              config: {path: ./out, message: "${{ task.outputs['update-image'].commitMessage }}"}
            - uses: git-push
              as: push
              if: ${{ vars.openpr != 'true' }}
              config: {path: ./out}
            - uses: compose-output
              as: result
              if: ${{ vars.openpr == 'true' }}
              config: {commit: "${{ task.outputs.commit.commit }}"}
        """
    }

    @Test func `one task serves all stages, and what its if leaves out is shown as skipped`() async throws {
        let rig = try await RuleRig.pipelines(
            files: { source in
                let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
                return ["envs/test/kustomization.yaml": text, "envs/prod/kustomization.yaml": text]
            }
        ) { url, source in
            let call = "- task: {name: promote}\n  as: deploy\n  vars: [{name: gitRepo, value: \"\(url)\"}"
            return [
                Self.task(url, image: source.image("app")), Manifest.pipeline(steps: call + "]"),
                Manifest.pipeline("prod", steps: call + ", {name: openpr, value: 'true'}]"),
            ]
        }
        try await rig.run {
            let main = try #require(try await rig.head("main"))
            let first = try await rig.push("1.1.0")
            #expect(first.phase == "Succeeded", "\(first.message)")
            let script = "cp src/envs/test/kustomization.yaml out/; sed -i 's/1\\.0\\.0/1.1.0/' out/kustomization.yaml"
            #expect(try await rig.difference(of: "stage/test", from: main, folder: "out", after: script) == "")
            #expect(try await rig.commits(on: "stage/test") == 1)
            let message = try await rig.message(on: "stage/test")
            #expect(message.hasPrefix("Updated ./src/envs/test to use new image\n"), "\(message)")
            #expect(try await Self.skipped(first, rig) == ["deploy::result"])

            // The other stage leaves out the push, and has an output of its task.
            let other = try await rig.served.lastPromotion(of: "prod")
            #expect(other.phase == "Succeeded", "\(other.message)")
            #expect(try await rig.head("stage/prod") == nil)
            #expect(try await rig.head("main") == main)
            #expect(try await Self.skipped(other, rig) == ["deploy::push"])
            let shown = try await rig.served.command("get", "promotions", other.id)
            #expect(shown.text.contains("- deploy::push (git-push) Skipped: its `if` is false"), "\(shown.text)")
        }
    }

    private static func shipping(_ url: String, image: String) -> [String] {
        let task = """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: PromotionTask
            metadata: {name: commit-and-push, namespace: shop}
            spec:
              vars: [{name: path}, {name: note, value: automated}]
              steps:
              - {uses: git-commit, as: commit, config: {path: "${{ vars.path }}", message: "${{ vars.note }} ${{ ctx.stage }}"}}
              - {uses: git-push, as: push, config: {path: "${{ vars.path }}"}}
              - {uses: compose-output, as: out, config: {sha: "${{ task.outputs.push.commit }}", changed: "${{ status('commit') != 'Skipped' }}"}}
            """
        let steps = """
            - {uses: git-clone, config: {repoURL: \(url), checkout: [{branch: main, path: ./a}]}}
            - {uses: json-update, config: {path: ./a/app.json, updates: [{key: image.tag, value: "${{ quote(imageFrom('\(image)').Tag) }}"}]}}
            - {task: {name: commit-and-push}, as: ship, vars: [{name: path, value: ./a}]}
            - {uses: set-metadata, if: "${{ outputs.ship.changed }}", config: {updates: [{kind: Freight, name: "${{ ctx.targetFreight.name }}", values: {sha: "${{ outputs.ship.sha }}"}}]}}
            """
        return [task, Manifest.pipeline(of: ["a"], vars: ["note": "release"], steps: steps)]
    }

    @Test func `a task has outputs, which later steps use, and takes a variable of the stage for its default`()
        async throws
    {
        let rig = try await RuleRig.pipelines(
            warehouses: ["a"],
            files: { _ in ["app.json": "{ \"image\": {\"name\": \"a\"},\n  \"port\": 80 }\n"] }
        ) { url, source in Self.shipping(url, image: source.image("a")) }
        try await rig.run {
            let start = try #require(try await rig.head("main"))
            let first = try await rig.push("1.10.0", of: "a")
            #expect(first.phase == "Succeeded", "\(first.message)")
            let script = #"sed -i 's/"name": "a"/&,"tag": "1.10.0"/' src/app.json"#
            #expect(try await rig.difference(from: start, after: script) == "")
            #expect(try await rig.message().hasPrefix("release test\n"))
            let aliases = try await Self.steps(first, rig).map(\.alias)
            #expect(aliases == ["step-1", "step-2", "ship::commit", "ship::push", "ship::out", "step-4"])
            let sha = try await rig.served.command(
                "eval",
                "--stage",
                "shop/test",
                "--freight",
                first.freight,
                "freightMetadata(ctx.targetFreight.name).sha"
            )
            #expect(sha.text == "\"\(try await rig.head("main") ?? "")\"\n", "\(sha.text)\(sha.errors)")

            // The same freight again changes nothing.
            let again = try await rig.served.command("promote", "shop/test", first.freight, "--wait")
            #expect(again.status == 0, "\(again.text)\(again.errors)")
            #expect(try await rig.commits() == 2)
            let second = try await rig.served.lastPromotion(of: "test")
            #expect(try await Self.skipped(second, rig) == ["ship::commit", "step-4"])
        }
    }

    private struct Shown: Decodable {
        struct Step: Decodable {
            var alias: String
            var status: String
        }
        var steps: [Step]
    }

    private static func steps(_ promotion: PromotionSummary, _ rig: RuleRig) async throws -> [Shown.Step] {
        try await rig.served.get("promotions/\(promotion.id)", as: Shown.self).steps
    }

    private static func skipped(_ promotion: PromotionSummary, _ rig: RuleRig) async throws -> [String] {
        try await steps(promotion, rig).filter { $0.status == "Skipped" }.map(\.alias)
    }
}
