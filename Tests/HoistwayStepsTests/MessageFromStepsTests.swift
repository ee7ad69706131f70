import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import HoistwayTestKit
import Testing

/// C5: `messageFromSteps` of Kargo 0.9 to 1.4, with its exact texts.
struct MessageFromStepsTests {
    private func message(_ aliases: [String]) async throws -> String {
        let bench = Bench()
        try await bench.remote.seed(files: ["prod/kustomization.yaml": "resources: []\n", "old": "x"])
        let steps = Bench.steps([
            ("git-clone", ["repoURL": .string(Bench.url), "checkout": [["branch": "main", "path": "./w"]]]),
            ("kustomize-set-image", ["path": "./w/prod"]),
            ("kustomize-set-image", ["path": "./w/prod"]),
            ("git-commit", ["path": "./w", "messageFromSteps": .list(aliases.map { .string($0) })]),
            ("git-push", ["path": "./w"]),
        ])
        var run = bench.run(steps)
        #expect(try await bench.finish(&run).phase == .succeeded)
        return try await bench.remote.commit(#require(bench.remote.head("main"))).message
    }

    @Test func `one message is taken as it is, several are listed, and none gives Kargo's sentence`() async throws {
        let one = try await message(["step-2"])
        #expect(one.hasPrefix("Updated ./w/prod to use new image\n\n- "))
        let two = try await message(["step-2", "gone", "step-3"])
        #expect(
            two.hasPrefix("Kargo applied multiple changes\n\nIncluding:\n\n  * Updated ./w/prod to use new image\n")
        )
        #expect(two.contains("\n  * Updated ./w/prod to use new image\n\n- "))
        #expect(try await message(["gone"]).hasPrefix("Kargo made some changes\n"))
    }
}
