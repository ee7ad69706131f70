import Foundation
import HoistwayTestServers
import Testing

/// A program that is missing, hangs, floods or fails ends its promotion, says why, and changes nothing else.
struct FaultyProgramTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        /// What the program does.
        var body: String?
        var phase = "Errored"
        /// How long it may take: short only where it must be reached.
        var time = "5m"
        var words: String

        var testDescription: String { name }
    }

    private static let faults = [
        Fault(name: "missing", phase: "Failed", words: "kustomize is not installed: looked for it at "),
        Fault(
            name: "hanging",
            body: "sleep 600",
            time: "2s",
            words: "kustomize did not end within 2 s and was stopped"
        ),
        Fault(name: "flooding", body: "exec yes 'kind: ConfigMap'", words: "to standard output and was stopped"),
        Fault(
            name: "failing",
            body: "echo 'Error: accumulating resources: no such field' >&2; exit 1",
            words: "kustomize ended with status 1: Error: accumulating resources: no such field"
        ),
        Fault(name: "dying", body: "kill -SEGV $$", words: "kustomize was killed by signal 11"),
        Fault(
            name: "writing nonsense",
            body: "echo '{['",
            words: "kustomize-build: document 1 of the output is not YAML"
        ),
    ]

    @Test(arguments: faults)
    func `A faulty program fails its own promotion and no other`(fault: Fault) async throws {
        let rig = try await RenderRig(
            render: ["- {uses: kustomize-build, config: {path: ./src/overlays/dev, outPath: ./out}}"],
            programs: "{kustomize: SCRIPTS/kustomize, limits: {time: \(fault.time)}}",
            scripts: fault.body.map { ["kustomize": $0] } ?? [:],
            others: ["plain"]
        )
        defer { rig.stop() }
        try await rig.served.serving {
            let promotion = try await rig.promote("1.1.0")
            #expect(promotion.phase == fault.phase, "\(promotion.message)")
            #expect(promotion.message.contains(fault.words), "\(promotion.message)")
            #expect(!promotion.message.contains(rig.served.folder.path), "\(promotion.message)")
            #expect(try await rig.served.lastPromotion(of: "plain").phase == "Succeeded")
        }
        #expect(try await rig.repository.id(of: "refs/heads/env/dev") == nil)
        let left = try? FileManager.default.contentsOfDirectory(atPath: "\(rig.served.folder.path)/var/programs")
        #expect(left ?? [] == [])
    }
}
