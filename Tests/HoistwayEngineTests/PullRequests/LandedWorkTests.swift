import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// Whose work a commit is, by what it leaves and by what promotions had pushed.
struct LandedWorkTests {
    private let remote = InMemoryGitRemote()

    /// One line of the file for each promotion, which sets it; a blank line between.
    private static func text(_ values: [Int: String], count: Int) -> String {
        "versions:\n\n" + (0..<count).map { "line\($0): \(values[$0] ?? "none")\n" }.joined(separator: "\n")
    }

    private func landedWork(maxEdits: Int = LandedWork.maxEdits) async throws -> LandedWork {
        let harness = try await EngineHarness(remote: remote)
        return LandedWork(
            workspaces: harness.engine.core.ports.workspaces,
            known: KnownWork(),
            maxEdits: maxEdits
        )
    }

    private func commit(_ branch: String, _ text: String, parents: [ObjectID]) async throws -> CommitRecord {
        let id = try await remote.seed(
            branch: branch,
            files: ["versions.yaml": text],
            message: branch,
            parents: parents
        )
        return try await remote.commit(id)
    }

    private static func name(_ number: Int) -> PromotionID { PromotionID("p.\(1000 + number)") }

    /// Promotions that nobody has merged, the newest first, and `main`, on which somebody has worked since.
    private func waiting(_ count: Int) async throws -> (proposals: LandedWork.Proposals, main: CommitRecord) {
        let base = try await commit("main", Self.text([:], count: count), parents: [])
        var pushes: [LandedWork.Proposals.Push] = []
        for number in 0..<count {
            let head = try await commit("p\(number)", Self.text([number: "new"], count: count), parents: [base.id])
            pushes.append(.init(promotion: Self.name(number), before: base.id, head: head.id))
        }
        let main = try await commit("main", "# read me\n\n" + Self.text([:], count: count), parents: [base.id])
        return (.init(pushes: pushes.reversed()), main)
    }

    @Test func `of many promotions that change one file, the oldest one's merge is told too`() async throws {
        let work = try await landedWork()
        let (proposals, main) = try await waiting(60)
        let text = "# read me\n\n" + Self.text([0: "new"], count: 60)
        let squashed = try await commit("main", text, parents: [main.id])
        #expect(try await work.work(of: squashed, among: proposals, in: remote) == .own([Self.name(0)]))
    }

    @Test func `beyond the bound, a merge that names the promotion's commit is told, and another one is unclear`()
        async throws
    {
        let work = try await landedWork(maxEdits: 4)
        let (proposals, main) = try await waiting(8)
        let text = "# read me\n\n" + Self.text([0: "new"], count: 8)
        let head = try #require(proposals.pushes.last?.head)
        let merge = try await commit("merged", text, parents: [main.id, head])
        #expect(try await work.work(of: merge, among: proposals, in: remote) == .own([Self.name(0)]))
        let squashed = try await commit("squashed", text, parents: [main.id])
        #expect(try await work.work(of: squashed, among: proposals, in: remote) == .unclear)
        // The newest ones are compared.
        let newest = "# read me\n\n" + Self.text([7: "new"], count: 8)
        let second = try await commit("newest", newest, parents: [main.id])
        #expect(try await work.work(of: second, among: proposals, in: remote) == .own([Self.name(7)]))
        // Who changes other files is asked about nothing.
        let files = ["versions.yaml": "# read me\n\n" + Self.text([:], count: 8), "other": "x"]
        let other = try await remote.seed(branch: "other", files: files, parents: [main.id])
        #expect(try await work.work(of: try await remote.commit(other), among: proposals, in: remote) == .foreign)
    }

    @Test func `the same edit at another place of the file is a person's`() async throws {
        let work = try await landedWork()
        let base = try await commit("main", "test:\n  tag: v1\nprod:\n  tag: v1\n", parents: [])
        let head = try await commit("p", "test:\n  tag: v2\nprod:\n  tag: v1\n", parents: [base.id])
        let proposals = LandedWork.Proposals(
            pushes: [.init(promotion: PromotionID("p"), before: base.id, head: head.id)]
        )
        let main = try await commit("main", "# c\ntest:\n  tag: v1\nprod:\n  tag: v1\n", parents: [base.id])
        let person = try await commit("a", "# c\ntest:\n  tag: v1\nprod:\n  tag: v2\n", parents: [main.id])
        #expect(try await work.work(of: person, among: proposals, in: remote) == .foreign)
        let squashed = try await commit("b", "# c\ntest:\n  tag: v2\nprod:\n  tag: v1\n", parents: [main.id])
        #expect(try await work.work(of: squashed, among: proposals, in: remote) == .own([PromotionID("p")]))
    }
}
