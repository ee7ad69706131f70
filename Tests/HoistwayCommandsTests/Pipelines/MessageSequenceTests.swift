import HoistwayTestServers
import Synchronization
import Testing

/// A pipeline that tells a chat what it has promoted, by `send-message`.
struct MessageSequenceTests {
    private static let token = "chat-room-of-the-team"

    private static func pipeline(_ url: String, _ image: String) -> String {
        Manifest.pipeline(
            vars: ["image": image],
            steps: """
                - {uses: git-clone, config: {repoURL: \(url), checkout: [{branch: main, path: ./repo}]}}
                - uses: yaml-update
                  config:
                    path: ./repo/values.yaml
                    updates: [{key: tag, value: "${{ quote(imageFrom(vars.image).Tag) }}"}]
                - {uses: git-commit, config: {path: ./repo, message: one more}}
                - {uses: git-push, as: push, config: {path: ./repo}}
                - uses: send-message
                  as: tell
                  config:
                    channel: {kind: ClusterMessageChannel, name: releases}
                    message: "${{ ctx.stage }} has ${{ imageFrom(vars.image).Tag }}"
                """
        )
    }

    private static func rig(desk: ScriptedServer) async throws -> RuleRig {
        try await RuleRig.pipelines(
            more: [
                "http: {privateHosts: [127.0.0.1]}",
                "messageChannels: [{name: releases, format: slack, url: \"http://127.0.0.1:\(desk.port)/\(token)\"}]",
            ],
            files: { _ in ["values.yaml": "tag: 1.0.0\n"] }
        ) { url, source in [pipeline(url, source.image("app"))] }
    }

    private static func bodies(_ desk: ScriptedServer) -> [String] {
        desk.received.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test func `the chat gets one message, and nobody sees its address`() async throws {
        let desk = try ScriptedServer { _ in [ScriptedServer.http("200 OK", type: "text/plain", Array("ok".utf8))] }
        defer { desk.stop() }
        let rig = try await Self.rig(desk: desk)
        try await rig.run {
            let told = try await rig.dryRun("1.1.0")
            #expect(
                told.contains(
                    "- tell (send-message) Succeeded: would send a message to the ClusterMessageChannel 'releases': "
                        + "'test has 1.1.0'"
                ),
                "\(told)"
            )
            #expect(desk.received.isEmpty)
            let promotion = try await rig.push("1.1.0", of: "app")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(Self.bodies(desk) == [#"{"text":"test has 1.1.0"}"#])
            let shown = try await rig.served.command("get", "promotions", promotion.id)
            #expect(shown.text.contains("sent to the ClusterMessageChannel 'releases'"), "\(shown.text)")
            let seen = told + shown.text + (try await rig.served.getText("promotions/\(promotion.id)")) + rig.served.log
            #expect(!seen.contains(Self.token), "\(seen)")
        }
    }

    @Test func `killed before the answer, the program sends the message again with the same key`() async throws {
        let asked = Mutex(0)
        let desk = try ScriptedServer { _ in
            let number = asked.withLock { count in
                count += 1
                return count
            }
            return number > 1 ? [ScriptedServer.http("200 OK", type: "text/plain", Array("ok".utf8))] : [.hang]
        }
        defer { desk.stop() }
        let rig = try await Self.rig(desk: desk)
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the message") { desk.received.count == 1 }
            rig.served.kill()
            try await rig.served.start()
            let promotion = try await rig.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let keys = desk.received.map { $0.header("Idempotency-Key") }
            #expect(keys.count == 2 && keys[0] != nil && keys[0] == keys[1], "\(keys)")
            #expect(try await rig.repository.git("rev-list", "--count", "main") == "2")
        }
    }
}
