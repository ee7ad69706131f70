import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

/// Previews of pipelines that act outside: nothing is sent, and nothing is before all differences were compared.
struct PreviewedEffectTests {
    private static func desk() throws -> ScriptedServer {
        try ScriptedServer { _ in
            [ScriptedServer.http("200 OK", type: "application/json", Array(#"{"note": "yes"}"#.utf8))]
        }
    }

    /// Asks a desk, pushes `main`, and then a second branch.
    private static func rig(desk: ScriptedServer, note: Bool = false) async throws -> PreviewRig {
        try await PreviewRig(
            files: { _ in ["values.yaml": "tag: 1.0.0 # ours\nnote: none\n"] },
            more: ["http: {privateHosts: [127.0.0.1]}"]
        ) { url, source in
            let value = note ? "\n    - {key: note, value: \"${{ outputs.ask.response }}\"}" : ""
            return Manifest.pipeline(
                vars: ["image": source.image("app")],
                steps: """
                    - uses: http
                      as: ask
                      config:
                        method: POST
                        url: http://127.0.0.1:\(desk.port)/ask
                        outputs: [{name: response, fromExpression: response.body.note}]
                    - uses: git-clone
                      config: {repoURL: \(url), checkout: [{branch: main, path: ./a}, {branch: other, path: ./b}]}
                    - uses: yaml-update
                      config:
                        path: ./a/values.yaml
                        updates:
                        - {key: tag, value: "${{ quote(imageFrom(vars.image).Tag) }}"}\(value)
                    - {uses: git-commit, config: {path: ./a, message: a}}
                    - {uses: git-push, as: first, config: {path: ./a}}
                    - uses: yaml-update
                      config:
                        path: ./b/values.yaml
                        updates: [{key: tag, value: "${{ quote(imageFrom(vars.image).Tag) }}"}]
                    - {uses: git-commit, config: {path: ./b, message: b}}
                    - {uses: git-push, as: second, config: {path: ./b}}
                    """
            )
        }
    }

    @Test func `before the first request, the differences of all branches are compared`() async throws {
        let desk = try Self.desk()
        defer { desk.stop() }
        let rig = try await Self.rig(desk: desk)
        try await rig.rig.repository.git("branch", "other", "main")
        try await rig.run {
            let freight = try await rig.freight("1.1.0")
            let view = try await rig.preview(freight)
            #expect(view.branches.map(\.step) == ["first", "second"])
            #expect(view.steps.first?.state == .told)
            #expect(desk.received.isEmpty)
            let main = try await rig.rig.head("main")
            // The second branch: the first push and the request would come before it.
            try await rig.commit("tag: 1.0.5\nnote: none\n", to: "values.yaml", on: "other")
            let outdated = try await rig.promote(freight, "--preview", view.id)
            #expect(outdated.code == "preview-outdated", "\(outdated.message)")
            #expect(outdated.outdated?.branches.map(\.step) == ["second"])
            #expect(desk.received.isEmpty)
            #expect(try await rig.rig.head("main") == main)

            let again = try await rig.preview(freight)
            let promotion = try await rig.promote(freight, "--preview", again.id)
            #expect(promotion.phase == .succeeded, "\(promotion.message)")
            #expect(desk.received.count == 1)
            for branch in again.branches {
                #expect(try await rig.rig.repository.git("rev-parse", "\(branch.branch)^{tree}") == branch.tree.hex)
            }
        }
    }

    @Test func `what depends on an answer is not known, is said to be so, and is not compared`() async throws {
        let desk = try Self.desk()
        defer { desk.stop() }
        let rig = try await Self.rig(desk: desk, note: true)
        try await rig.rig.repository.git("branch", "other", "main")
        try await rig.run {
            let freight = try await rig.freight("1.1.0")
            let view = try await rig.preview(freight)
            #expect(view.steps.contains { $0.state == .unknown })
            #expect(!view.unknown.isEmpty)
            #expect(view.branches.allSatisfy { $0.inexact != nil })
            let promotion = try await rig.promote(freight, "--preview", view.id)
            #expect(promotion.phase == .succeeded, "\(promotion.message)")
            #expect(promotion.warnings?.contains { $0.contains("was not compared") } == true)
            #expect(try await rig.rig.text("values.yaml", on: "main") == "tag: 1.1.0 # ours\nnote: \"yes\"\n")
        }
    }

    @Test func `a preview opens no pull request and makes no branch`() async throws {
        let rig = try await PullRequestRig { url, _ in [PullRequestRig.production(url)] }
        try await rig.run {
            try await rig.announce()
            let waiting = try await rig.waiting()
            let refs = try await rig.repository.git("for-each-ref")
            let writes = rig.forge.log.count { !$0.line.hasPrefix("GET") }
            let told = try await rig.served.command("promote", "prod", waiting.freight, "--dry-run")
            #expect(told.status == 0, "\(told.text)\(told.errors)")
            #expect(told.text.contains("would push kargo/promotion/prod."), "\(told.text)")
            #expect(told.text.contains("  - pr (git-open-pr): would open a pull request from "), "\(told.text)")
            #expect(told.text.contains("  - argocd-update: not known until it runs: "), "\(told.text)")
            #expect(told.text.contains("waiting  \(waiting.id)"), "\(told.text)")
            #expect(try await rig.repository.git("for-each-ref") == refs)
            #expect(rig.forge.log.count { !$0.line.hasPrefix("GET") } == writes)
        }
    }

    @Test func `a preview updates no Application`() async throws {
        let rig = try await ArgoCDRig()
        try await rig.run {
            try await rig.announce()
            let promotion = try await rig.promotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let starts = rig.starts("test").count
            let head = try await rig.rig.head()
            let told = try await rig.rig.served.command("promote", "test", promotion.freight, "--dry-run")
            #expect(told.status == 0, "\(told.text)\(told.errors)")
            #expect(rig.starts("test").count == starts)
            #expect(try await rig.rig.head() == head)
        }
    }
}
