import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// A promotion that was interrupted after a push goes on behind it: effects happen once.
struct ResumptionTests {
    private static let stage = StageKey(project: "shop", name: "test")

    /// Two branches of one repository, one after the other.
    private static func steps(_ remote: String) -> [StepTemplate] {
        let checkouts = ["main", "other"].map {
            ConfigValue.map(["branch": .string($0), "path": .string("./\($0)")])
        }
        return EngineHarness.templates(
            [("git-clone", ["repoURL": .string(remote), "checkout": .list(checkouts)])]
                + ["main", "other"].flatMap { branch -> [(String, [String: ConfigValue])] in
                    [
                        ("kustomize-set-image", ["path": .string("./\(branch)/envs/test")]),
                        ("git-commit", ["path": .string("./\(branch)")]),
                        ("git-push", ["path": .string("./\(branch)")]),
                    ]
                }
        )
    }

    /// Stores the promotion that succeeded as one that was interrupted, with these steps.
    private static func interrupt(_ harness: EngineHarness, steps: [StepTemplate]) async throws -> PromotionID {
        var record = try #require(await harness.promotions(.succeeded).first)
        record.phase = .running
        record.finishedAt = nil
        record.steps = steps
        try await harness.engine.core.transact { [record] transaction, _ in transaction.put(.putPromotion(record)) }
        return record.id
    }

    private static func configure(_ harness: EngineHarness, _ steps: [StepTemplate]) {
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(steps)
        harness.engine.core.configuration = configuration
    }

    @Test func `of two branches, the one that arrived is not pushed again, whatever others did to it since`()
        async throws
    {
        let harness = try await EngineHarness()
        try await harness.remote.seed(
            branch: "other",
            files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0")]
        )
        harness.receive("1.0.0")
        try await harness.engine.drain()
        #expect(harness.remote.pushes == 1)
        let steps = Self.steps(harness.remote.displayURL)
        Self.configure(harness, steps)
        let id = try await Self.interrupt(harness, steps: steps)
        try await harness.remote.seed(
            files: ["envs/test/kustomization.yaml": EngineHarness.kustomization("0.8.0")]
        )
        try await harness.engine.drain()
        let record = try #require(harness.wholes.first { $0.id == id })
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.message.hasPrefix("pushed main at "))
        #expect(harness.remote.pushes == 2)
        #expect(try await harness.tag("test") == "0.8.0")
        #expect(try await harness.tag("test", on: "other") == "1.0.0")
        #expect(record.branches.filter(\.pushed).map(\.branch) == ["main", "other"])
        #expect(record.branches.map(\.step) == ["step-4", "step-7"])
    }

    @Test(arguments: [true, false])
    func `steps behind the last push run without the repository, and nothing is said to be done that was not`(
        isRecorded: Bool
    ) async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var steps = try #require(await harness.promotions(.succeeded).first).steps
        var last = StepTemplate(
            uses: "argocd-update",
            alias: "sync",
            config: .map(["apps": .list([.map(["name": .string("guestbook")])])]),
            place: SourcePlace(file: "test.yaml", line: 1)
        )
        last.missingArgoCD = .fail
        steps.append(last)
        let id = try await Self.interrupt(harness, steps: steps)
        if !isRecorded {
            // As a version that stored no steps before the end has left it.
            try await harness.engine.core.transact { transaction, _ in
                guard var record = transaction.state.openPromotion(id) else { return }
                record.stepRecords = []
                for index in record.branches.indices { record.branches[index].step = nil }
                transaction.put(.putPromotion(record))
            }
        }
        let down = GitFailure.unreachable(url: "https://git.test/ops.git", detail: "down")
        harness.remote.fail(down, down, down, down)
        try await harness.engine.drain()
        let record = try #require(harness.wholes.first { $0.id == id })
        #expect(record.phase == .failed)
        #expect(record.message.contains("sync: argocd-update cannot act"), "\(record.message)")
        #expect(record.stepRecords.map(\.status) == [.succeeded, .succeeded, .succeeded, .succeeded, .failed])
        #expect(record.stepRecords[3].message.hasPrefix("pushed main at "))
        #expect(record.stepRecords[0].message.contains("done before its push") == !isRecorded)
        #expect(harness.remote.pushes == 1)
    }
}
