import Foundation
import HoistwayTestServers
import Synchronization
import Testing

/// What a dry run shows of a pipeline: each step with its configuration and outputs, and the diff; nothing is done.
struct DryRunPipelineTests {
    private static func pipeline(_ url: String, desk: Int, image: String) -> String {
        Manifest.pipeline(
            vars: ["image": image],
            steps: """
                - uses: http
                  as: ask
                  config:
                    method: POST
                    url: http://127.0.0.1:\(desk)/ask
                    outputs: [{name: note, fromExpression: response.body.note}]
                - uses: http
                  as: wait
                  config: {url: "http://127.0.0.1:\(desk)/wait", timeout: 5m, successExpression: response.body.done == true}
                - {uses: git-clone, config: {repoURL: \(url), checkout: [{branch: main, path: ./repo}]}}
                - uses: yaml-update
                  as: tag
                  config:
                    path: ./repo/values.yaml
                    updates: [{key: tag, value: "${{ quote(imageFrom(vars.image).Tag) }}"}]
                - uses: yaml-update
                  as: note
                  config: {path: ./repo/values.yaml, updates: [{key: note, value: "${{ outputs.ask.note }}"}]}
                - {uses: git-commit, as: commit, config: {path: ./repo, message: "${{ outputs.tag.commitMessage }}"}}
                - {uses: git-push, as: push, if: "${{ success() }}", config: {path: ./repo}}
                - uses: set-metadata
                  config: {updates: [{kind: Stage, name: test, values: {last: "${{ outputs.push.commit }}"}}]}
                - {uses: fail, if: "${{ outputs.push.branch != 'main' }}"}
                """
        )
    }

    /// Answers `/ask` at once, and `/wait` never.
    private static func desk() throws -> ScriptedServer {
        try ScriptedServer { head in
            guard head.contains("/ask") else { return [.hang] }
            let body = #"{"note": "from the desk"}"#
            return [ScriptedServer.http("200 OK", type: "application/json", Array(body.utf8))]
        }
    }

    private static func rig(desk: ScriptedServer) async throws -> RuleRig {
        try await RuleRig.pipelines(
            more: ["http: {privateHosts: [127.0.0.1]}"],
            files: { _ in ["values.yaml": "tag: 1.0.0 # ours\nnote: none\n"] }
        ) { url, source in [pipeline(url, desk: desk.port, image: source.image("app"))] }
    }

    @Test func `a dry run shows each step, and the diff as far as it is known, and sends nothing`() async throws {
        let desk = try Self.desk()
        defer { desk.stop() }
        let rig = try await Self.rig(desk: desk)
        try await rig.run {
            let main = try #require(try await rig.head("main"))
            let told = try await rig.dryRun("1.1.0")
            let lines = [
                "- ask (http) Succeeded: would send POST to 127.0.0.1:\(desk.port)",
                "- tag (yaml-update) Succeeded",
                #"config   {"path":"./repo/values.yaml","updates":[{"key":"tag","value":"1.1.0"}]}"#,
                #"outputs  {"commitMessage":"Updated ./repo/values.yaml\n\n- tag: 1.1.0"}"#,
                "- note (yaml-update) Skipped: not known until it runs", "- commit (git-commit) Succeeded",
                "- push (git-push) Succeeded: would push main at ",
                "- fail Skipped: its `if` is false", "-tag: 1.0.0 # ours", "+tag: 1.1.0 # ours",
            ]
            let missing = lines.filter { !told.contains($0) }
            #expect(missing == [], "\(told)")
            #expect(desk.received.isEmpty)
            #expect(try await rig.head("main") == main)
            #expect(try await rig.promotions().isEmpty)
        }
    }

    @Test func `a dry run of a promotion that has acted knows what its steps have given`() async throws {
        let desk = try Self.desk()
        defer { desk.stop() }
        let rig = try await Self.rig(desk: desk)
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the second request") { desk.hanging != nil }
            rig.served.kill()
            let told = try await rig.dryRun("1.2.0")
            #expect(told.contains(#"outputs  {"note":"from the desk"}"#), "\(told)")
            #expect(told.contains("- wait (http) Succeeded: would send GET"), "\(told)")
            #expect(told.contains("+note: from the desk"), "\(told)")
            #expect(desk.received.count == 2, "the dry run has sent something")
        }
    }
}
