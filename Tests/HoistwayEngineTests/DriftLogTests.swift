import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Logging
import Synchronization
import Testing

@testable import HoistwayEngine

/// What the log says where somebody else has put a branch back, or deleted it.
struct DriftLogTests {
    private static func survey(_ harness: EngineHarness) async throws {
        try await BranchSurvey(core: harness.engine.core).checkKnownBranches()
    }

    private static func promoted(_ log: KeptLog) async throws -> EngineHarness {
        let harness = try await EngineHarness(stages: ["test", "uat", "dev", "spare"], log: log.logger)
        for tag in ["1.0.0", "1.1.0"] {
            harness.receive(tag)
            try await harness.engine.drain()
        }
        // Of those that write the branch one only observes, and one has nothing against commits of others.
        harness.engine.core.configuration.pipelines.projects["shop"]?.stages["dev"]?.mode = .observe
        harness.engine.core.configuration.pipelines.projects["shop"]?.stages["spare"]?.foreignCommits = .overwrite
        return harness
    }

    private static let line: Logger.Message = "a branch has drifted"

    @Test(arguments: [true, false])
    func `a branch that has drifted is in the log once, with the stages that wait for a person`(isGone: Bool)
        async throws
    {
        let log = KeptLog()
        let harness = try await Self.promoted(log)
        let left = try #require(harness.remote.head("main"))
        let below = isGone ? nil : try await harness.remote.commit(left).parents.first
        try await FreightWatchTests.move(harness, to: below)
        for _ in 1...2 { try await Self.survey(harness) }
        let told = log.events(Self.line)
        #expect(told.count == 1, "\(told)")
        let found = try isGone ? "gone" : "at \(#require(below))"
        #expect(
            told.first == [
                "stage.name": "shop/test,shop/uat", "git.branch": "main", "git.remote": harness.remote.displayURL,
                "reason": "it was left at \(left), and is \(found)",
            ],
            "\(told)"
        )
    }

    @Test func `a branch that drifts on is in the log again, and one that nobody waits for names no stage`()
        async throws
    {
        let log = KeptLog()
        let harness = try await Self.promoted(log)
        for name in ["test", "uat"] {
            harness.engine.core.configuration.pipelines.projects["shop"]?.stages[name]?.foreignCommits = .overwrite
        }
        for files in [["a": "1"], ["a": "2"]] {
            try await harness.remote.seed(files: files, message: "instead", parents: [])
            try await Self.survey(harness)
        }
        let told = log.events(Self.line)
        #expect(told.count == 2 && told.allSatisfy { $0["stage.name"] == nil }, "\(told)")
    }
}
