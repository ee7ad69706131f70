import Foundation
import HoistwayTestServers
import Synchronization
import Testing

/// What becomes of a request where the program is killed around it.
struct EffectCrashTests {
    private static func noting(_ url: String, asking port: Int) -> String {
        Manifest.pipeline(
            steps: """
                - uses: http
                  as: ask
                  config:
                    url: http://127.0.0.1:\(port)/notes
                    method: POST
                    timeout: 5m
                    outputs: [{name: note, fromExpression: response.body.note}]
                - uses: git-clone
                  config:
                    repoURL: \(url)
                    checkout: [{branch: main, path: ./repo}]
                - uses: yaml-update
                  config:
                    path: ./repo/note.yaml
                    updates: [{key: note, value: "${{ outputs.ask.note }}"}]
                - uses: git-commit
                  config: {path: ./repo, message: "note ${{ outputs.ask.note }}"}
                - uses: git-push
                  config: {path: ./repo}
                """
        )
    }

    private static func rig(asking port: Int) async throws -> RuleRig {
        try await RuleRig(
            files: { _ in ["note.yaml": "note: none\n"] },
            stages: { [noting($0, asking: port)] },
            configure: { $0.more.append("http: {privateHosts: [127.0.0.1]}") }
        )
    }

    @Test func `killed before the answer, the program sends the request again with the same key`() async throws {
        let asked = Mutex(0)
        let desk = try ScriptedServer { _ in
            let number = asked.withLock { count in
                count += 1
                return count
            }
            guard number > 1 else { return [.hang] }
            return [ScriptedServer.http("200 OK", type: "application/json", Array(#"{"note": "again"}"#.utf8))]
        }
        defer { desk.stop() }
        let rig = try await Self.rig(asking: desk.port)
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the request") { desk.received.count == 1 }
            rig.served.kill()
            try await rig.served.start()
            let promotion = try await rig.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            let keys = desk.received.map { $0.header("Idempotency-Key") }
            #expect(keys.count == 2 && keys[0] != nil && keys[0] == keys[1], "\(keys)")
            #expect(try await rig.repository.show("note.yaml", on: "main") == "note: again\n")
        }
    }

    @Test(arguments: [GitProxy.Moment.requested, .answered])
    func `killed at the push after it, the program does not send it again, and uses what it gave`(
        _ moment: GitProxy.Moment
    ) async throws {
        let asked = Mutex(0)
        let desk = try ScriptedServer { _ in
            let number = asked.withLock { count in
                count += 1
                return count
            }
            return [ScriptedServer.http("200 OK", type: "application/json", Array(#"{"note": "n\#(number)"}"#.utf8))]
        }
        defer { desk.stop() }
        let rig = try await Self.rig(asking: desk.port)
        try await rig.run {
            let killed = Mutex(false)
            rig.git.proxy.strike(at: moment) {
                rig.served.kill()
                killed.withLock { $0 = true }
            }
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the kill") { killed.withLock { $0 } }
            try await rig.served.start()
            let promotion = try await rig.served.lastPromotion(of: "test")
            #expect(promotion.phase == "Succeeded", "\(promotion.message)")
            #expect(desk.received.count == 1)
            #expect(try await rig.repository.show("note.yaml", on: "main") == "note: n1\n")
            #expect(try await rig.repository.git("rev-list", "--count", "main") == "2")
        }
    }
}
