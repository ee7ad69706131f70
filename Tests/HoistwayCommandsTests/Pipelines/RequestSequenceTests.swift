import Foundation
import HoistwayTestServers
import Testing

/// A pipeline that deploys by requests, and says in a chat how that ended.
struct RequestSequenceTests {
    private static func secret(_ name: String, _ data: String) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: \(name), namespace: shop, labels: {kargo.akuity.io/cred-type: generic}}
        stringData: {\(data)}
        """
    }

    private static func manifests(_ source: ImageSource, desk: Int) -> [String] {
        let pipeline = Manifest.pipeline(
            of: ["api"],
            steps: #"""
                - {uses: http, continueOnError: true, config: {url: "http://127.0.0.1:\#(desk)/mark?s=${{ ctx.stage }}", timeout: 2m, successExpression: "true"}}
                - uses: http
                  as: deploy
                  retry: {timeout: 10m}
                  config:
                    method: POST
                    url: http://127.0.0.1:\#(desk)/run
                    headers: [{name: Authorization, value: "Bearer ${{ secret('deployer').token }}"}]
                    body: "${% quote({\"stage\": ctx.stage, \"img\": {\"tag\": imageFrom(\"\#(source.image("api"))\").Tag}}) %}"
                    successExpression: response.status == 200 && response.body.state == 'done'
                    failureExpression: response.status >= 400 && response.status < 500
                    errorExpression: response.body?.message ?? response.body?.error
                    outputs: [{name: id, fromExpression: response.body.id}]
                - {uses: http, as: ok, config: {method: POST, url: "${{ secret('chat').hook }}", body: "${{ quote({\"text\": \"deployed \" + string(outputs.deploy.id)}) }}"}}
                - uses: http
                  as: bad
                  if: ${{ failure() }}
                  config: {method: POST, url: "${{ secret('chat').hook }}", body: "${{ quote({\"text\": ctx.promotion + \" is \" + status(\"deploy\")}) }}"}
                """#
        )
        return [
            secret("deployer", "token: only-the-deployer-knows"),
            secret("chat", "hook: 'http://127.0.0.1:\(desk)/chat-room-of-the-team'"), pipeline,
        ]
    }

    @Test(arguments: [true, false])
    func `what a deployment by requests came to is said in the chat`(isGood: Bool) async throws {
        let desk = try ScriptedServer { head in
            let answer: (String, String) =
                switch head.split(separator: " ").dropFirst().first {
                case "/mark?s=test": ("503 Service Unavailable", "busy")
                case "/run" where isGood: ("200 OK", #"{"state": "done", "id": 7}"#)
                case "/run": ("422 Unprocessable Content", #"{"message": "no room left"}"#)
                default: ("200 OK", "{}")
                }
            return [ScriptedServer.http(answer.0, type: "application/json", Array(answer.1.utf8))]
        }
        defer { desk.stop() }
        let rig = try await RuleRig.pipelines(
            warehouses: ["api"],
            more: ["http: {privateHosts: [127.0.0.1], secrets: {deployer: [127.0.0.1], chat: [127.0.0.1]}}"],
            files: { _ in [:] }
        ) { _, source in Self.manifests(source, desk: desk.port) }
        try await rig.run {
            let promotion = try await rig.push("1.10.0", of: "api")
            #expect(promotion.phase == (isGood ? "Succeeded" : "Failed"), "\(promotion.message)")
            if !isGood { #expect(promotion.message.contains("no room left"), "\(promotion.message)") }
            let lines = desk.received.map { String($0.head.prefix { $0 != "\r\n" }) }
            #expect(
                lines == [
                    "GET /mark?s=test HTTP/1.1", "POST /run HTTP/1.1", "POST /chat-room-of-the-team HTTP/1.1",
                ]
            )
            let bodies = desk.received.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(bodies[1] == #"{"img":{"tag":"1.10.0"},"stage":"test"}"#)
            #expect(bodies[2] == (isGood ? #"{"text":"deployed 7"}"# : #"{"text":"\#(promotion.id) is Failed"}"#))
            #expect(desk.received[1].header("Authorization") == "Bearer only-the-deployer-knows")
            let shown = try await rig.served.command("get", "promotions", promotion.id)
            #expect(shown.text.contains("- \(isGood ? "bad" : "ok") (http) Skipped"), "\(shown.text)")
            let seen = shown.text + (try await rig.served.getText("promotions/\(promotion.id)")) + rig.served.log
            #expect(!seen.contains("only-the-deployer-knows") && !seen.contains("chat-room-of-the-team"), "\(seen)")
        }
    }
}
