import Foundation
import HoistwayTestServers
import Synchronization
import Testing

/// A branch that moves while a request is under way whose configuration was read from it.
struct MovedBranchTests {
    private static func asking(_ url: String, port: Int) -> String {
        Manifest.pipeline(
            steps: """
                - uses: git-clone
                  config: {repoURL: \(url), checkout: [{branch: main, path: ./repo}]}
                - uses: yaml-parse
                  as: read
                  config: {path: ./repo/team.yaml, outputs: [{name: team, fromExpression: team}]}
                - uses: http
                  as: ask
                  config:
                    url: http://127.0.0.1:\(port)/notes
                    method: POST
                    body: "${{ outputs.read.team }}"
                    timeout: 5m
                - uses: yaml-update
                  config: {path: ./repo/note.yaml, updates: [{key: note, value: made}]}
                - uses: git-commit
                  config: {path: ./repo, message: note}
                - uses: git-push
                  config: {path: ./repo}
                """
        )
    }

    @Test(arguments: [("team.yaml", false), ("README", true)])
    func `a request is never sent twice: the promotion goes on, or says that the request depends on the branch`(
        changed: String,
        isSame: Bool
    ) async throws {
        let isReleased = Mutex(false)
        let desk = try ScriptedServer { _ in
            while !isReleased.withLock({ $0 }) { usleep(2000) }
            return [ScriptedServer.http("200 OK", type: "text/plain", [])]
        }
        defer {
            isReleased.withLock { $0 = true }
            desk.stop()
        }
        let rig = try await RuleRig(
            files: { _ in ["note.yaml": "note: none\n", "team.yaml": "team: red\n"] },
            stages: { [Self.asking($0, port: desk.port)] },
            configure: { $0.more.append("http: {privateHosts: [127.0.0.1]}") }
        )
        try await rig.run {
            #expect(try await rig.source.announce("app", "1.1.0", to: rig.served) == 202)
            try await eventually("the request") { desk.received.count == 1 }
            try await rig.repository.commit([changed: "team: blue\n"])
            isReleased.withLock { $0 = true }
            let promotion = try await rig.served.lastPromotion(of: "test")
            #expect(desk.received.map { String(decoding: $0.body, as: UTF8.self) } == ["red"])
            let note = try await rig.repository.show("note.yaml", on: "main")
            if isSame {
                #expect(promotion.phase == "Succeeded", "\(promotion.message)")
                #expect(note == "note: made\n")
            } else {
                #expect(promotion.phase == "Errored")
                #expect(
                    promotion.message == "ask: main moved after ask was done, and ask depends on it",
                    "\(promotion.message)"
                )
                #expect(note == "note: none\n")
            }
        }
    }
}
