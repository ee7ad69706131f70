import HoistwayModel
import Testing

/// Which steps of a promotion need not run again follows from what it has left outside.
struct ResumptionTests {
    private static let place = SourcePlace(file: "test.yaml", line: 1)

    private static func step(_ uses: String, _ alias: String, _ config: [String: ConfigValue] = [:]) -> StepTemplate {
        StepTemplate(uses: uses, alias: alias, config: .map(config), place: place)
    }

    private static func clone(_ branches: String...) -> StepTemplate {
        let checkouts = branches.map { ConfigValue.map(["branch": .string($0), "path": .string("./\($0)")]) }
        return step("git-clone", "clone", ["repoURL": .string("https://git.test/a"), "checkout": .list(checkouts)])
    }

    private static func push(_ path: String, _ alias: String) -> StepTemplate {
        step("git-push", alias, ["path": .string(path)])
    }

    private static func outcome(_ branch: String, _ digit: String, step: String? = nil) -> BranchOutcome {
        let id = ObjectID(String(repeating: digit, count: 40)) ?? .zero
        return BranchOutcome(
            remote: "https://git.test/a",
            branch: branch,
            before: .zero,
            commit: id,
            tree: id,
            subject: "",
            pushed: true,
            step: step
        )
    }

    private static func resumption(
        _ steps: [StepTemplate],
        _ branches: [BranchOutcome],
        records: [StepRecord] = []
    ) -> Resumption {
        var record = PromotionRecord(
            id: PromotionID("test.1.abc"),
            stage: StageKey(project: "shop", name: "test"),
            freight: FreightID("f"),
            collection: [:],
            actor: .automatic,
            reason: "",
            steps: steps,
            mode: .promote,
            createdAt: Timestamp(seconds: 0)
        )
        record.branches = branches
        record.stepRecords = records
        return Resumption(of: record, usesFiles: { !$0.hasPrefix("argocd-") }) { $0.repoURL }
    }

    private static func pushed(_ resumption: Resumption) -> [Int: String] {
        resumption.pushed.mapValues { "\($0.branch) \($0.commit.hex.prefix(1))" }
    }

    @Test func `without a push all steps run`() {
        let steps = [Self.clone("a"), Self.push("a", "p")]
        #expect(Self.resumption(steps, []) == .none)
        var observed = Self.outcome("a", "1", step: "p")
        observed.pushed = false
        #expect(Self.resumption(steps, [observed]) == .none)
        // Another repository or branch than the step's.
        #expect(Self.resumption(steps, [Self.outcome("b", "1")]).pushed.isEmpty)
    }

    @Test func `a push belongs to the step that asked for it; that of an older version to the step of its branch`() {
        let steps = [Self.clone("a", "b"), Self.push("a", "p"), Self.push("./b/", "q")]
        #expect(Self.pushed(Self.resumption(steps, [Self.outcome("b", "2", step: "q")])) == [2: "b 2"])
        #expect(Self.pushed(Self.resumption(steps, [Self.outcome("b", "2")])) == [2: "b 2"])
        // Two steps push one branch, and the outcomes stand in their order.
        let twice = [Self.clone("a"), Self.push("a", "p"), Self.step("copy", "c"), Self.push("a", "q")]
        #expect(Self.pushed(Self.resumption(twice, [Self.outcome("a", "1")])) == [1: "a 1"])
        #expect(
            Self.pushed(Self.resumption(twice, [Self.outcome("a", "1"), Self.outcome("a", "2")]))
                == [1: "a 1", 3: "a 2"]
        )
        // The branch moved after the first push of the only step: the last one counts.
        let moved = [Self.outcome("a", "1", step: "p"), Self.outcome("a", "2", step: "p")]
        #expect(Self.pushed(Self.resumption(twice, moved)) == [1: "a 2"])
    }

    @Test func `steps before the last push stay as they are where no later one uses files`() {
        let sync = Self.step("argocd-update", "sync")
        let all = [Self.clone("a", "b"), Self.push("a", "p"), Self.push("b", "q"), sync]
        let one = [Self.outcome("a", "1", step: "p")]
        let both = one + [Self.outcome("b", "2", step: "q")]
        // The second push is still to be made, of files.
        #expect(Self.resumption(all, one).finished.isEmpty)
        #expect(Self.resumption(all, [Self.outcome("b", "2", step: "q")]).finished.isEmpty)
        let skipped = StepRecord(alias: "clone", uses: "git-clone", status: .skipped, message: "as recorded")
        let resumed = Self.resumption(all, both, records: [skipped])
        #expect(resumed.finished.map(\.status) == [.skipped, .succeeded, .succeeded])
        #expect(resumed.finished.map(\.message).first == "as recorded")
        #expect(resumed.finished.last?.message == "pushed b at \(both[1].commit.short)")
        #expect(Self.resumption(all + [Self.step("copy", "c")], both).finished.isEmpty)
    }

    @Test func `an empty target is none, and the default branch takes no outcome of a branch that another step names`()
    {
        let target = ["path": ConfigValue.string("a"), "targetBranch": .string("")]
        let empty = [Self.clone("a"), Self.step("git-push", "p", target)]
        #expect(Self.pushed(Self.resumption(empty, [Self.outcome("a", "1", step: "p")])) == [1: "a 1"])
        #expect(Self.pushed(Self.resumption(empty, [Self.outcome("a", "1")])) == [1: "a 1"])
        let checkouts = [
            ConfigValue.map(["path": .string("./main")]),
            .map(["branch": .string("env"), "path": .string("./env")]),
        ]
        let clone = Self.step(
            "git-clone",
            "clone",
            ["repoURL": .string("https://git.test/a"), "checkout": .list(checkouts)]
        )
        let steps = [clone, Self.push("main", "p"), Self.push("env", "q")]
        #expect(Self.pushed(Self.resumption(steps, [Self.outcome("env", "1")])) == [2: "env 1"])
        let both = [Self.outcome("trunk", "1"), Self.outcome("env", "2")]
        #expect(Self.pushed(Self.resumption(steps, both)) == [1: "trunk 1", 2: "env 2"])
    }

    @Test func `later steps go on with the commit that was pushed, unless the branch is still to be pushed`() {
        let steps = [Self.clone("a", "b"), Self.push("a", "p"), Self.push("b", "q")]
        let first = Self.outcome("a", "1", step: "p")
        #expect(Self.resumption(steps, [first]).pinned == [first])
        #expect(Self.resumption(steps + [Self.push("a", "r")], [first]).pinned.isEmpty)
    }
}
