import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

@testable import HoistwayEngine

/// What is recorded of a stage, against what its branch has.
struct FreightWatchTests {
    private static let key = StageKey(project: "shop", name: "test")
    private static let all = NoticeRule(target: "ops", events: Set(NoticeEvent.allCases), projects: nil)

    /// How a branch loses what was promoted to it.
    enum Loss: CaseIterable, Sendable {
        case deleted, putBack, forced, setBack

        /// By somebody at the remote; gives what the stage says then.
        func happen(to harness: EngineHarness) async throws -> String {
            switch self {
            case .deleted:
                try await FreightWatchTests.move(harness, to: nil)
                // T14
                return "main is gone, and a promotion makes it again only where git-clone's checkout of it has "
                    + "`create: true`"
            case .putBack:
                let head = try #require(harness.remote.head("main"))
                try await FreightWatchTests.move(harness, to: harness.remote.commit(head).parents.first)
                return "which does not contain commit \(head.short) of promotion test."
            case .forced:
                let head = try #require(harness.remote.head("main"))
                let files = ["envs/test/kustomization.yaml": EngineHarness.kustomization("0.9.0")]
                try await harness.remote.seed(files: files, message: "instead", parents: [])
                return "which does not contain commit \(head.short) of promotion test."
            case .setBack:
                let files = ["envs/test/kustomization.yaml": EngineHarness.kustomization("1.0.0")]
                try await harness.remote.seed(files: files, message: "Revert")
                return
                    "envs/test/kustomization.yaml of main has ghcr.io/acme/app:1.0.0, not ghcr.io/acme/app:1.1.0@sha256:"
            }
        }
    }

    static func move(_ harness: EngineHarness, to commit: ObjectID?) async throws {
        let head = try #require(harness.remote.head("main"))
        let update = RefUpdate(ref: "refs/heads/main", old: head, new: commit ?? .zero)
        #expect(try await harness.remote.push([update], pack: []) == [.pushed])
    }

    private static func promoted(_ notifier: RecordingNotifier = RecordingNotifier()) async throws -> EngineHarness {
        let harness = try await EngineHarness(notifier: notifier, notices: [Self.all])
        for tag in ["1.0.0", "1.1.0"] {
            harness.receive(tag)
            try await harness.engine.drain()
        }
        #expect(try await harness.tag("test") == "1.1.0")
        return harness
    }

    private static func newest(_ harness: EngineHarness) async throws -> FreightRecord {
        let all = await harness.state.freight.values
        return try #require(all.max { $0.freight.discoveredAt < $1.freight.discoveredAt })
    }

    private static func survey(_ harness: EngineHarness) async throws {
        try await BranchSurvey(core: harness.engine.core).checkKnownBranches()
    }

    // T14, I7
    @Test(arguments: Loss.allCases)
    func `a branch that has lost its stage's freight is found by a look, said everywhere, and told once`(_ loss: Loss)
        async throws
    {
        let notifier = RecordingNotifier()
        let harness = try await Self.promoted(notifier)
        let reason = try await loss.happen(to: harness)
        for _ in 1...2 { try await Self.survey(harness) }
        let freight = try await Self.newest(harness)
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        let says = try #require(stage.lost)
        let way = "`hoistway promote shop/test \(freight.freight.alias)` brings it back"
        #expect(says.contains(reason) && says.contains(way), "\(says)")
        #expect(stage.current.first?.hasSuffix("(no longer on main)") == true, "\(stage.current)")
        #expect(stage.phase == (loss == .setBack ? "FreightLost" : "Paused"))
        #expect(stage.reason.contains(reason), "\(stage.reason)")
        let texts = try await [nil, freight.freight.alias].asyncMap {
            try await harness.pipelines.why(stage: Self.key, freight: $0)
        }
        for why in texts {
            #expect(why.verdict.contains(reason) && !why.verdict.contains("is in test"), "\(why)")
        }
        #expect(freight.currentlyIn.isEmpty && freight.verifiedIn["test"] != nil)
        await harness.engine.drainNotices()
        let events = notifier.taken.map(\.occurrence.event)
        #expect(events == (loss == .setBack ? [.freightLost] : [.branchDrifted, .freightLost]))
        let told = try #require(notifier.taken.last?.occurrence)
        #expect(told.stage == Self.key && told.reason.contains(reason) && told.next?.contains(way) == true)
    }

    // T14
    @Test(arguments: [Loss.putBack, .forced, .setBack])
    func `what was lost comes back by promote, after the branch was adopted`(_ loss: Loss) async throws {
        let harness = try await Self.promoted()
        _ = try await loss.happen(to: harness)
        _ = try await harness.pipelines.adopt(stage: Self.key, actor: "ada")
        var stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.lost != nil && stage.phase == "FreightLost", "\(stage)")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") != "1.1.0", "nothing comes back automatically")
        let alias = try await Self.newest(harness).freight.alias
        _ = try await harness.pipelines.promote(stage: Self.key, freight: alias, acceptTree: nil, actor: "ada")
        try await harness.engine.drain()
        try await Self.survey(harness)
        stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.lost == nil && stage.phase == "Succeeded", "\(stage)")
        #expect(try await harness.tag("test") == "1.1.0")
        #expect(try await Self.newest(harness).currentlyIn["test"] != nil)
    }

    @Test func `a branch that was deleted and adopted has lost its freight, and still so after a restart`() async throws
    {
        let harness = try await Self.promoted()
        try await Self.move(harness, to: nil)
        _ = try await harness.pipelines.adopt(stage: Self.key, actor: "ada")
        let later = try await EngineHarness(store: harness.store, remote: harness.remote)
        try await later.engine.drain()
        for pipelines in [harness.pipelines, later.pipelines] {
            let stage = try #require(try await pipelines.stages(project: nil).first)
            #expect(stage.lost?.contains("main is gone") == true && stage.phase == "FreightLost", "\(stage)")
        }
    }

    @Test func `a branch that gets its freight back by the same hand has it again`() async throws {
        let harness = try await Self.promoted()
        let head = try #require(harness.remote.head("main"))
        try await Self.move(harness, to: harness.remote.commit(head).parents.first)
        try await Self.survey(harness)
        #expect(await harness.state.stages[Self.key]?.lost != nil)
        try await Self.move(harness, to: head)
        try await Self.survey(harness)
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.lost == nil && stage.drift.isEmpty && stage.phase == "Succeeded", "\(stage)")
        #expect(try await Self.newest(harness).currentlyIn["test"] != nil)
    }

    @Test func `of stages that share a branch those lose their freight whose images somebody sets back`() async throws {
        let harness = try await EngineHarness(stages: ["a", "b", "c"])
        for tag in ["1.0.0", "1.1.0"] {
            harness.receive(tag)
            try await harness.engine.drain()
        }
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["envs/b/kustomization.yaml"] = EngineHarness.kustomization("1.0.0")
        files["README.md"] = "theirs"
        try await harness.remote.seed(files: files, message: "Revert b")
        // By a promotion of another stage, which moves the head on.
        let alias = try await Self.newest(harness).freight.alias
        var configuration = harness.engine.core.configuration
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        try await harness.engine.take(configuration)
        harness.receive("1.2.0")
        try await harness.engine.drain()
        let next = try await Self.newest(harness).freight.alias
        #expect(next != alias)
        let a = StageKey(project: "shop", name: "a")
        _ = try await harness.pipelines.promote(stage: a, freight: next, acceptTree: nil, actor: "ada")
        try await harness.engine.drain()
        try await Self.survey(harness)
        let lost = await harness.state.stages.values.filter { $0.lost != nil }.map(\.key.name)
        #expect(lost == ["b"])
        #expect(try await harness.tag("a") == "1.2.0")
    }

    // MARK: A state that is older than the branches

    /// A harness whose state is that of an older backup.
    private static func restored(_ tags: [String]) async throws -> EngineHarness {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        let backup = await harness.state
        for tag in tags {
            harness.receive(tag)
            try await harness.engine.drain()
        }
        var state = backup
        state.apply(AfterRestore.changes(in: backup, backupMadeAt: harness.clock.now(), now: harness.clock.now()))
        let store = InMemoryStateStore()
        var changes: [Change] = state.freight.values.map(Change.putFreight)
        changes += state.stages.values.map(Change.putStage)
        changes += harness.wholes.map(Change.putPromotion)
        changes += state.branches.values.map(Change.putBranch)
        changes += state.subscriptions.values.map(Change.putSubscription)
        try await store.commit(changes, deliveries: [], audit: [])
        return try await EngineHarness(store: store, remote: harness.remote)
    }

    // T14
    @Test func `after an older backup was restored the stage is paused, and takes over what its branch says`()
        async throws
    {
        let harness = try await Self.restored(["1.1.0", "1.2.0"])
        try await harness.engine.drain()
        var stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.pauses.map(\.kind) == [.lostState], "\(stage)")
        #expect(stage.phase == "Paused")
        let lines = try await harness.pipelines.restore(stage: Self.key, actor: "ada")
        #expect(lines.contains { $0.contains("shop/test has freight") }, "\(lines)")
        stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.phase == "Succeeded" && stage.pauses.isEmpty && stage.lost == nil, "\(stage)")
        #expect(stage.current.first?.contains("1.2.0") == true, "\(stage.current)")
        try await Self.survey(harness)
        #expect(await harness.state.stages[Self.key]?.lost == nil)
        harness.receive("1.3.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.3.0")
    }

    @Test func `a backup that the branches have not gone on from pauses nothing`() async throws {
        let harness = try await Self.restored([])
        try await harness.engine.drain()
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.pauses.isEmpty && stage.phase == "Succeeded" && stage.lost == nil, "\(stage)")
        harness.receive("1.3.0")
        try await harness.engine.drain()
        #expect(try await harness.tag("test") == "1.3.0")
    }

    /// The database was put back by hand: nothing tells that it is older.
    @Test func `two writers by Hoistway can be taken over from the branches too`() async throws {
        let harness = try await Self.promoted()
        let files = ["envs/test/kustomization.yaml": EngineHarness.kustomization("1.0.5")]
        let trailers = "Hoistway-Promotion: test.1.2\nHoistway-Stage: shop/test\n"
        try await harness.remote.seed(files: files, message: "app\n\n\(trailers)")
        try await Self.survey(harness)
        let stage = try #require(try await harness.pipelines.stages(project: nil).first)
        #expect(stage.pauses.map(\.kind) == [.twoWriters], "\(stage)")
        #expect(stage.reason.contains("hoistway adopt shop/test --from-branches"), "\(stage.reason)")
        _ = try await harness.pipelines.restore(stage: Self.key, actor: "ada")
        #expect(await harness.state.stages[Self.key]?.pauses == [])
    }

    // MARK: Adopted, promoted, put back

    @Test(arguments: [true, false])
    func `a branch that goes back to where it was adopted has drifted`(isTold: Bool) async throws {
        let harness = try await EngineHarness()
        harness.receive("1.0.0")
        try await harness.engine.drain()
        var files = try #require(try await harness.remote.files(branch: "main"))
        files["README.md"] = "theirs"
        let adopted = try await harness.remote.seed(files: files, message: "docs")
        _ = try await harness.pipelines.adopt(stage: Self.key, actor: "ada")
        harness.receive("1.1.0")
        try await harness.engine.drain()
        let left = try #require(harness.remote.head("main"))
        try await Self.move(harness, to: adopted)
        if isTold {
            try await Self.survey(harness)
            let stage = try #require(try await harness.pipelines.stages(project: nil).first)
            #expect(stage.drift.first?.contains("was left at \(left), and is at \(adopted)") == true, "\(stage)")
        }
        harness.receive("1.2.0")
        try await harness.engine.drain()
        #expect(harness.remote.head("main") == adopted, "nothing was pushed over it")
        let failed = try #require(await harness.promotions(.failed).first)
        #expect(failed.message.contains("has drifted"), "\(failed.message)")
        #expect(await harness.state.stages[Self.key]?.lost != nil)
    }

    // MARK: What a host tells of

    @Test func `a push that puts a branch back to a commit of ours has the branch looked at, an echo of ours has not`()
        async throws
    {
        let harness = try await Self.promoted()
        let head = try #require(harness.remote.head("main"))
        let first = try #require(try await harness.remote.commit(head).parents.first)
        let news = harness.engine.core.branchNews
        harness.receive("push \(first) \(head)")
        try await harness.engine.drain()
        #expect(news.take().isEmpty)
        harness.receive("push \(head) \(first)")
        try await harness.engine.drain()
        #expect(news.take() == [RepositoryKey(normalised: "git.test/ops")])
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
