import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What the three steps do at a Git host, once each.
struct PullRequestStepTests {
    private typealias Harness = PullRequestHarness

    @Test func `none is opened where one of the branch cannot be read, since it may be the promotion's`() async throws {
        let harness = try await Harness()
        harness.forge.hide(1)
        let record = try await harness.promote()
        #expect(record.phase == .errored, "\(record.message)")
        #expect(record.message.contains("lists 1 pull request from"), "\(record.message)")
        #expect(harness.forge.opened == 0)
    }

    @Test func `a pull request is opened, waited for, and its merge ends the promotion`() async throws {
        let harness = try await Harness()
        let main = harness.engine.remote.head("main")
        let waiting = try await harness.promote()
        #expect(waiting.phase == .running && waiting.isLooking)
        #expect(waiting.message == "wait: the pull request #1 is open", "\(waiting.message)")
        #expect(harness.forge.opened == 1 && harness.engine.remote.head("main") == main)
        let branch = "kargo/promotion/\(waiting.id)"
        let pull = try #require(harness.forge.all.first)
        #expect(pull.sourceBranch == branch && pull.targetBranch == "main")
        #expect(harness.forge.labels(1) == ["promotion"])
        let landed = try await harness.forge.mergeByHand(1)
        try await harness.tell()
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.stepRecords.last?.message == "the pull request #1 was merged into main at \(landed.short)")
        #expect(try await harness.engine.tag("test") == "1.0.0")
        let outputs = try await harness.outputs("wait")
        #expect(outputs["commit"] == .string(landed.hex))
        #expect(outputs["prNumber"] == .number(1) && outputs["branch"] == .string("main"))
        #expect(
            outputs["pr"]
                == .map([
                    "id": .number(1), "url": .string(pull.url), "open": .bool(false), "merged": .bool(true),
                ])
        )
        #expect(harness.engine.remote.pushes == 1)
    }

    @Test func `the title and the description come of the commit's message, with a link to the promotion`() async throws
    {
        let harness = try await Harness()
        var configuration = harness.engine.engine.core.configuration
        configuration.publicURL = "https://hoistway.example.com/"
        harness.engine.engine.core.configuration = configuration
        let record = try await harness.promote()
        let pull = try #require(harness.forge.all.first)
        let head = try await harness.engine.remote.commit(try #require(pull.head))
        #expect(head.message.hasPrefix(pull.title) && !pull.title.isEmpty)
        let link = "[View in Hoistway](https://hoistway.example.com/projects/shop/promotions/\(record.id))"
        #expect(harness.forge.body(1)?.hasSuffix(link) ?? false, "\(harness.forge.body(1) ?? "")")
    }

    @Test func `branches that do not differ need no pull request, and the step is skipped`() async throws {
        let harness = try await Harness { repository, target in
            let open = Harness.step(
                "git-open-pr",
                as: "open",
                [
                    "repoURL": .string(repository), "sourceBranch": .string("same"), "targetBranch": .string(target),
                ]
            )
            var wait = Harness.wait(repository)
            wait.condition = "${{ status('open') != 'Skipped' }}"
            return [open, wait]
        }
        harness.engine.remote.set("refs/heads/same", to: harness.engine.remote.head("main"))
        let record = try await harness.promote()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.stepRecords.suffix(2).map(\.status) == [.skipped, .skipped])
        #expect(record.stepRecords.suffix(2).first?.message == "same and main do not differ")
        #expect(harness.forge.opened == 0)
    }

    @Test func `a missing target branch is an error, or is made with one empty commit`() async throws {
        let refused = try await Harness(target: "release")
        let record = try await refused.promote()
        #expect(record.phase == .errored)
        #expect(record.message.contains("has no branch release, which the pull request is to go into"))

        let harness = try await Harness(target: "release") { repository, target in
            var open = Harness.open(repository, target)
            var config = open.config.map ?? [:]
            config["createTargetBranch"] = .bool(true)
            open.config = .map(config)
            return [open, Harness.wait(repository)]
        }
        #expect(try await harness.promote().isLooking)
        let made = try await harness.engine.remote.commit(try #require(harness.engine.remote.head("release")))
        #expect(made.parents.isEmpty && made.message == "Initial commit")
        #expect(try await harness.engine.remote.tree(made.tree).isEmpty)
        #expect(harness.forge.all.map(\.targetBranch) == ["release"])
    }

    @Test(arguments: [InMemoryForge.WriteTrouble.answerLost, .dropped])
    func `an opening of which no answer came is looked for before it is done again`(
        trouble: InMemoryForge.WriteTrouble
    ) async throws {
        let harness = try await Harness()
        harness.forge.trouble(nextWrite: trouble)
        let held = try await harness.promote()
        #expect(held.phase == .running && held.trouble != nil)
        try await harness.drain(after: .seconds(60))
        #expect(try await harness.promotion().isLooking)
        #expect(harness.forge.opened == 1 && harness.engine.remote.pushes == 1)
    }

    @Test func `one that somebody has merged before its opening was on record is taken over`() async throws {
        let harness = try await Harness()
        harness.forge.trouble(nextWrite: .answerLost)
        try await harness.promote()
        try await harness.forge.mergeByHand(1)
        // Hosts may delete the branch with the merge.
        harness.engine.remote.set("refs/heads/\(harness.forge.all[0].sourceBranch)", to: nil)
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(harness.forge.opened == 1)
    }

    @Test func `a pull request is merged by the step, once`() async throws {
        let harness = try await Harness(steps: Harness.openAndMerge(["mergeMethod": .string("squash")]))
        harness.forge.trouble(nextWrite: .dropped)
        try await harness.promote()
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(harness.forge.merged == 1 && harness.forge.opened == 1)
        let head = try #require(harness.engine.remote.head("main"))
        #expect(try await harness.outputs("merge")["commit"] == .string(head.hex))
        #expect(try await harness.engine.remote.commit(head).parents.count == 1)
    }

    @Test func `a merge of which no answer came is found at the host, and not done again`() async throws {
        let harness = try await Harness(steps: Harness.openAndMerge([:]))
        let forge = harness.forge
        // The opening is not the write that meets with it.
        harness.engine.store.failOnce { changes in
            if changes.contains(where: { if case .putPromotion(let record) = $0 { record.isMerging } else { false } }) {
                forge.trouble(nextWrite: .answerLost)
            }
            return nil
        }
        try await harness.promote()
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(harness.forge.merged == 1)
    }

    @Test func `what keeps a pull request from being merged fails the step, or is waited for`() async throws {
        let harness = try await Harness(steps: Harness.openAndMerge(["wait": .bool(true)]))
        harness.forge.hold(1, .notYet("1 approval is missing"))
        let waiting = try await harness.promote()
        #expect(waiting.message == "merge: waits to merge the pull request #1: 1 approval is missing")
        harness.forge.hold(1, nil)
        try await harness.drain(after: .seconds(600))
        #expect(try await harness.promotion().phase == .succeeded)

        let failing = try await Harness(steps: Harness.openAndMerge([:]))
        failing.forge.hold(1, .notYet("1 approval is missing"))
        let failed = try await failing.promote()
        #expect(failed.phase == .failed)
        #expect(failed.message.contains("cannot be merged yet: 1 approval is missing"), "\(failed.message)")

        let conflicting = try await Harness(steps: Harness.openAndMerge(["wait": .bool(true)]))
        conflicting.forge.hold(1, .never("it has conflicts"))
        let never = try await conflicting.promote()
        #expect(never.phase == .failed && never.message.contains("#1 cannot be merged: it has conflicts"))
    }

    @Test func `what somebody pushes on top of the promotion's commit is not merged`() async throws {
        let harness = try await Harness(steps: Harness.openAndMerge(["wait": .bool(true)]))
        harness.forge.hold(1, .notYet("1 approval is missing"))
        #expect(try await harness.promote().phase == .running)
        let main = harness.engine.remote.head("main")
        let branch = try #require(harness.forge.all.first).sourceBranch
        try await harness.engine.remote.seed(branch: branch, files: ["by-hand.txt": "x"], message: "mine")
        harness.forge.hold(1, nil)
        try await harness.drain(after: .seconds(600))
        let record = try await harness.promotion()
        #expect(record.phase == .failed)
        #expect(record.message.contains("somebody has pushed to \(branch)"), "\(record.message)")
        #expect(harness.forge.merged == 0 && harness.engine.remote.head("main") == main)
    }

    @Test func `a method that the host lacks fails the step, and names those that it has`() async throws {
        let harness = try await Harness(steps: Harness.openAndMerge(["mergeMethod": .string("fast_forward")]))
        let record = try await harness.promote()
        #expect(record.phase == .failed)
        #expect(record.message.contains("GitHub has no mergeMethod 'fast_forward'"), "\(record.message)")
    }

    @Test func `an observed stage opens nothing, and says what it would do`() async throws {
        let harness = try await Harness(mode: .observe)
        let record = try await harness.promote()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(
            record.stepRecords.suffix(2).map(\.message) == [
                "would open a pull request from kargo/promotion/\(record.id) to main",
                "would wait for the pull request",
            ],
            "\(record.stepRecords.map(\.message))"
        )
        #expect(harness.forge.requests.isEmpty)
    }

    @Test func `the older forms name steps in place of branches and numbers`() async throws {
        let harness = try await Harness { repository, target in
            [
                Harness.step(
                    "git-open-pr",
                    as: "open",
                    [
                        "repoURL": .string(repository), "sourceBranchFromStep": .string("step-4"),
                        "targetBranch": .string(target),
                    ]
                ),
                Harness.step(
                    "git-wait-for-pr",
                    as: "wait",
                    ["repoURL": .string(repository), "prNumberFromStep": .string("open")]
                ),
            ]
        }
        #expect(try await harness.promote().isLooking)
        try await harness.forge.mergeByHand(1)
        try await harness.tell()
        #expect(try await harness.promotion().phase == .succeeded)
    }
}

extension PromotionRecord {
    /// The intent to merge is being stored.
    fileprivate var isMerging: Bool { stepRecords.contains { $0.uses == "git-merge-pr" && $0.isOpen == true } }
}
