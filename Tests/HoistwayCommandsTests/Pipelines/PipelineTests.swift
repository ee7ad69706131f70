import HoistwayTestServers
import Synchronization
import Testing

/// Pipelines as teams wrote them for Kargo, from a signed webhook to a branch of a real Git server.
struct PipelineTests {
    /// Of a service's Helm values; all but one scalar must stay as it is.
    private static let values = """
        # the service's values
        replicas: 2   # enough for now

        image:
          repository: example/app
          tag: "1.0.0"  # set by promotions
        service: {port: 80, tag: '1.0.0'}

        """

    private static func stage(_ steps: String, vars: String = "") -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: test, namespace: shop}
        spec:
          requestedFreight:
            - origin: {kind: Warehouse, name: app}
              sources: {direct: true}
          promotionTemplate:
            spec:
        \(vars)
              steps:
        \(steps)
        """
    }

    /// One service of one branch, by the values file of its chart: clone, edit, commit, push.
    private static func inPlace(_ url: String, image: String) -> String {
        stage(
            """
                    - uses: git-clone
                      config:
                        repoURL: ${{ vars.gitRepo }}
                        checkout: [{branch: main, path: ./repo}]
                    - uses: yaml-update
                      as: update
                      config:
                        path: ./repo/services/${{ ctx.stage }}/values.yaml
                        updates:
                          - {key: image.tag, value: "${{ quote(imageFrom(vars.image).Tag) }}"}
                    - uses: git-commit
                      as: commit
                      config: {path: ./repo, message: "${{ outputs.update.commitMessage }}"}
                    - uses: git-push
                      config: {path: ./repo}
            """,
            vars: """
                      vars:
                        - {name: gitRepo, value: "\(url)"}
                        - {name: image, value: "\(image)"}
                """
        )
    }

    @Test func `in place on main, one scalar of a values file is changed, and nothing else`() async throws {
        let rig = try await RuleRig(
            files: { _ in ["services/test/values.yaml": Self.values, "README.md": "ours\n"] },
            stages: { _ in [] },
            configure: { _ in }
        ) { url, source in [Self.inPlace(url, image: source.image("app"))] }
        try await rig.run {
            let first = try await rig.push("1.1.0")
            #expect(first.phase == "Succeeded", "\(first.message)")
            let file = try await rig.repository.show("services/test/values.yaml", on: "main")
            #expect(file == Self.values.replacing("tag: \"1.0.0\"  #", with: "tag: \"1.1.0\"  #"))
            let message = try await rig.repository.git("log", "-1", "--format=%B", "main")
            #expect(message.contains("Updated ./repo/services/test/values.yaml\n\n- image.tag: 1.1.0"), "\(message)")
            #expect(try await rig.repository.git("rev-list", "--count", "main") == "2")
            // Other people's work stays.
            try await rig.repository.commit(["README.md": "theirs\n"])
            let second = try await rig.push("1.2.0")
            #expect(second.phase == "Succeeded", "\(second.message)")
            #expect(try await rig.repository.show("README.md", on: "main") == "theirs\n")
            let changed = try await rig.repository.show("services/test/values.yaml", on: "main")
            #expect(changed == Self.values.replacing("tag: \"1.0.0\"  #", with: "tag: \"1.2.0\"  #"))
            #expect(try await rig.repository.git("rev-list", "--count", "main") == "4")
        }
    }

    /// One task for all stages, with what a stage leaves out by `if`.
    private static func task(_ url: String, image: String) -> [String] {
        [
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
                  if: ${{ vars.openpr != 'true' }}
                  config: {path: ./out}
                - uses: compose-output
                  as: result
                  if: ${{ vars.openpr == 'true' }}
                  config: {commit: "${{ task.outputs.commit.commit }}"}
            """,
            stage(
                "        - task: {name: promote}\n          as: deploy\n          vars: [{name: gitRepo, value: \"\(url)\"}]"
            ),
        ]
    }

    @Test func `one task serves all stages, and what its if leaves out is shown as skipped`() async throws {
        let rig = try await RuleRig(
            files: { ["envs/test/kustomization.yaml": Manifest.kustomization([($0.image("app"), "1.0.0")])] },
            stages: { _ in [] },
            configure: { _ in }
        ) { url, source in Self.task(url, image: source.image("app")) }
        try await rig.run {
            let first = try await rig.push("1.1.0")
            #expect(first.phase == "Succeeded", "\(first.message)")
            let file = try await rig.repository.show("kustomization.yaml", on: "stage/test")
            #expect(file.contains("newTag: 1.1.0"), "\(file)")
            #expect(try await rig.repository.git("rev-list", "--count", "stage/test") == "1")
            let message = try await rig.repository.git("log", "-1", "--format=%B", "stage/test")
            #expect(message.hasPrefix("Updated ./src/envs/test to use new image\n"), "\(message)")
            let shown = try await rig.served.command("get", "promotions", first.id)
            #expect(shown.text.contains("deploy::result") && shown.text.contains("Skipped"), "\(shown.text)")
            #expect(shown.text.contains("its `if` is false"), "\(shown.text)")
        }
    }

    /// Asks a server for a note, which goes into a file, and remembers in the stage what it was promoted with.
    private static func noting(_ url: String, asking server: Int) -> String {
        stage(
            """
                    - uses: http
                      as: ask
                      config:
                        url: http://127.0.0.1:\(server)/notes
                        method: POST
                        headers: [{name: Authorization, value: "Bearer ${{ secret('desk').token }}"}]
                        outputs: [{name: note, fromExpression: response.body.note}]
                    - uses: git-clone
                      config:
                        repoURL: \(url)
                        checkout: [{branch: main, path: ./repo}]
                    - uses: yaml-update
                      as: update
                      config:
                        path: ./repo/note.yaml
                        updates:
                          - key: note
                            value: "${{ outputs.ask.note }} after ${{ stageMetadata('test')?.last ?? 'nothing' }}"
                    - uses: git-commit
                      config: {path: ./repo, message: "${{ outputs.update.commitMessage }}"}
                    - uses: git-push
                      config: {path: ./repo}
                    - uses: set-metadata
                      config:
                        updates:
                          - {kind: Stage, name: test, values: {last: "${{ outputs.ask.note }}"}}
            """
        )
    }

    @Test func `a request is sent once, its answer is used, and metadata is there for the next promotion`() async throws
    {
        let asked = Mutex(0)
        let desk = try ScriptedServer { _ in
            let number = asked.withLock { count in
                count += 1
                return count
            }
            return [ScriptedServer.http("200 OK", type: "application/json", Array(#"{"note": "n\#(number)"}"#.utf8))]
        }
        defer { desk.stop() }
        let rig = try await RuleRig(
            files: { _ in ["note.yaml": "note: none # of the desk\n"] },
            stages: { _ in [] },
            configure: { configuration in
                configuration.more.append("http: {privateHosts: [127.0.0.1], secrets: {desk: [127.0.0.1]}}")
            }
        ) { url, _ in
            let secret = """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: desk
                  namespace: shop
                  labels: {kargo.akuity.io/cred-type: generic}
                stringData: {token: the-desk-knows-this}
                """
            return [secret, Self.noting(url, asking: desk.port)]
        }
        try await rig.run {
            let first = try await rig.push("1.1.0")
            #expect(first.phase == "Succeeded", "\(first.message)")
            #expect(try await rig.repository.show("note.yaml", on: "main") == "note: n1 after nothing # of the desk\n")
            let second = try await rig.push("1.2.0")
            #expect(second.phase == "Succeeded", "\(second.message)")
            #expect(try await rig.repository.show("note.yaml", on: "main") == "note: n2 after n1 # of the desk\n")
            #expect(desk.received.count == 2)
            let keys = desk.received.compactMap { $0.header("Idempotency-Key") }
            #expect(Set(keys).count == 2, "\(keys)")
            #expect(desk.received.allSatisfy { $0.header("Authorization") == "Bearer the-desk-knows-this" })
            let shown = try await rig.served.command("get", "promotions", second.id, "-o", "json")
            #expect(shown.text.contains("n2") && !shown.text.contains("the-desk-knows-this"), "\(shown.text)")
        }
    }
}
