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

    @Test func `in place on main, one scalar of a values file is changed, and nothing else`() async throws {
        let rig = try await RuleRig.pipelines(
            files: { _ in ["services/test/values.yaml": Self.values, "README.md": "ours\n"] }
        ) { url, source in
            let steps = Manifest.valuesSteps(
                url,
                file: "services/test/values.yaml",
                key: "image.tag",
                image: source.image("app")
            )
            return [Manifest.pipeline(steps: steps)]
        }
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

    @Test func `twelve images in one values file are one commit, and later only the scalar of the one that is new`()
        async throws
    {
        let names = (1...12).map { "svc\($0)" }
        let values = names.map { "\($0): {image: {name: \($0), tag: '1.0.0'}}  # of \($0)\n" }.joined()
        let rig = try await RuleRig.pipelines(
            warehouses: [],
            files: { _ in ["values.yaml": "# all services\n\n" + values] }
        ) { url, source in
            let subscriptions = names.map { "- image: {repoURL: \(source.image($0)), constraint: '>=0.0.0'}" }
            let updates = names.map {
                "- {key: \($0).image.tag, value: \"${{ quote(imageFrom(vars.registry + '/\($0)').Tag) }}\"}"
            }
            return [
                Manifest.warehouse("app", in: "shop", subscriptions.joined(separator: "\n    ")),
                Manifest.pipeline(
                    vars: ["registry": "\(source.host)/acme", "dir": "./repo"],
                    steps: """
                        - uses: git-clone
                          config: {repoURL: \(url), checkout: [{branch: main, path: "${{ vars.dir }}"}]}
                        - uses: yaml-update
                          as: update
                          config:
                            path: ${{ vars.dir }}/values.yaml
                            updates:
                              \(updates.joined(separator: "\n      "))
                        - {uses: git-commit, config: {path: "${{ vars.dir }}", message: "${{ outputs.update.commitMessage }}"}}
                        - {uses: git-push, config: {path: "${{ vars.dir }}"}}
                        """
                ),
            ]
        }
        try await rig.run {
            let start = try #require(try await rig.head("main"))
            for name in names { #expect(try await rig.source.announce(name, "1.1.0", to: rig.served) == 202) }
            let first = try await rig.served.lastPromotion(of: "test", freightOf: "1.1.0")
            #expect(first.phase == "Succeeded", "\(first.message)")
            let all = "sed -i \"s/tag: '1.0.0'/tag: '1.1.0'/\" src/values.yaml"
            #expect(try await rig.difference(from: start, after: all) == "")
            #expect(try await rig.commits() == 2)
            let second = try await rig.push("1.2.0", of: "svc7")
            #expect(second.phase == "Succeeded", "\(second.message)")
            let one = all + "; sed -i \"/^svc7:/s/1.1.0/1.2.0/\" src/values.yaml"
            #expect(try await rig.difference(from: start, after: one) == "")
            #expect(try await rig.commits() == 3)
        }
    }

    @Test func `five steps before one commit are one commit with what each has changed`() async throws {
        let kustomization = { (source: ImageSource) in Manifest.kustomization([(source.image("app"), "1.0.0")]) }
        let rig = try await RuleRig.pipelines(
            files: { source in
                [
                    "values.yaml": "# ours\nweb:\n  tag: 1.0.0 # by promotions\n\nreplicas: 2\n",
                    "app.json": "{\n  \"image\": { \"tag\": \"1.0.0\" },\n  \"port\": 80\n}\n",
                    "k/kustomization.yaml": kustomization(source), "shared/a.yaml": "a: 1\n",
                    "shared/README.md": "not to be copied\n",
                ]
            }
        ) { url, source in
            let steps = """
                - {uses: git-clone, config: {repoURL: \(url), checkout: [{branch: main, path: ./repo}]}}
                - uses: yaml-update
                  config: {path: ./repo/values.yaml, updates: [{key: web.tag, value: "${{ vars.tag }}"}]}
                - uses: json-update
                  config: {path: ./repo/app.json, updates: [{key: image.tag, value: "${{ quote(vars.tag) }}"}]}
                - uses: kustomize-set-image
                  as: set
                  config: {path: ./repo/k, images: [{image: \(source.image("app")), tag: "${{ quote(vars.tag) }}"}]}
                - {uses: copy, config: {inPath: ./repo/shared, outPath: ./repo/k/shared, ignore: "*.md"}}
                - {uses: file-write, config: {path: ./repo/TAG, contents: "${{ quote(vars.tag) }}"}}
                - {uses: git-commit, config: {path: ./repo, message: "${{ outputs.set.commitMessage }}"}}
                - {uses: git-push, config: {path: ./repo}}
                """
            return [Manifest.pipeline(vars: ["tag": "${{ imageFrom('\(source.image("app"))').Tag }}"], steps: steps)]
        }
        try await rig.run {
            let start = try #require(try await rig.head("main"))
            let promotion = try await rig.push("1.1.0")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let script = """
                cd src
                sed -i 's/1\\.0\\.0/1.1.0/' values.yaml app.json k/kustomization.yaml
                mkdir k/shared && cp shared/a.yaml k/shared/ && printf 1.1.0 >TAG
                """
            #expect(try await rig.difference(from: start, after: script) == "")
            #expect(try await rig.commits() == 2)
        }
    }

    /// Asks a server for a note, which goes into a file, and remembers in the stage what it was promoted with.
    private static func noting(_ url: String, asking server: Int) -> String {
        Manifest.pipeline(
            steps: """
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
        let rig = try await RuleRig.pipelines(
            more: ["http: {privateHosts: [127.0.0.1], secrets: {desk: [127.0.0.1]}}"],
            files: { _ in ["note.yaml": "note: none # of the desk\n"] }
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
