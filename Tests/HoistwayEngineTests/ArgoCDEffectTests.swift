import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import HoistwayTestServers
import Testing

@testable import HoistwayEngine

/// What `argocd-update` writes: nothing before all is judged, and each sync once.
struct ArgoCDEffectTests {
    private static let key = ArgoCDHarness.key("test")

    private static func apps(_ apps: [String: ConfigValue]...) -> (String, [String: ConfigValue]) {
        ("argocd-update", ["apps": .list(apps.map(ConfigValue.map))])
    }

    private static func named(_ stage: String, source: String? = nil) -> [String: ConfigValue] {
        var app: [String: ConfigValue] = ["name": .string("web-\(stage)")]
        if let source { app["sources"] = .list([.map(["repoURL": .string(source)])]) }
        return app
    }

    private static func selected(_ labels: [String: String]) -> [String: ConfigValue] {
        ["selector": .map(["matchLabels": .map(labels.mapValues(ConfigValue.string))])]
    }

    /// A stage whose only step updates these.
    private static func harness(_ entries: [String: ConfigValue]...) async throws -> ArgoCDHarness {
        try await ArgoCDHarness(pushes: false) { _, _ in
            [("argocd-update", ["apps": .list(entries.map(ConfigValue.map))])]
        }
    }

    private static func promote(_ harness: ArgoCDHarness) async throws -> PromotionRecord {
        harness.engine.receive("1.0.0")
        try await harness.drain()
        return try await harness.promotion()
    }

    // MARK: Before the first write

    @Test func `one Application that does not authorise the stage keeps all of them as they are`() async throws {
        let harness = try await Self.harness(Self.named("test"), Self.named("other"))
        harness.argocd.put(harness.application("test"))
        harness.argocd.put(harness.application("other", authorizes: "shop:other"))
        let record = try await Self.promote(harness)
        #expect(record.phase == .errored && record.message.contains("argocd/web-other does not authorise"))
        #expect(harness.argocd.updates().isEmpty)
    }

    @Test func `one Application without the source keeps all of them as they are`() async throws {
        let harness = try await Self.harness(
            Self.named("test"),
            Self.named("other", source: "https://git.test/elsewhere.git")
        )
        harness.argocd.put(harness.application("test"))
        harness.argocd.put(harness.application("other", authorizes: "shop:test"))
        let record = try await Self.promote(harness)
        #expect(
            record.phase == .errored
                && record.message.contains(
                    "argocd/web-other has no source https://git.test/elsewhere.git; it has "
                        + harness.engine.remote.displayURL
                ),
            "\(record.message)"
        )
        #expect(harness.argocd.updates().isEmpty)
    }

    @Test
    func `labels choose Applications of one namespace, and those that do not authorise the stage are passed over`()
        async throws
    {
        let harness = try await Self.harness(Self.selected(["app": "web"]))
        for (name, authorizes) in [("a", "shop:test"), ("b", "shop:other"), ("c", "x:y,shop:test")] {
            harness.argocd.put(harness.application(name, authorizes: authorizes, labels: ["app": "web"]))
        }
        var elsewhere = harness.application("d", authorizes: "shop:test", labels: ["app": "web"])
        elsewhere.key.namespace = "other"
        harness.argocd.put(elsewhere)
        harness.argocd.put(harness.application("e", authorizes: "shop:test", labels: ["app": "api"]))
        _ = try await Self.promote(harness)
        #expect(harness.argocd.updates().map(\.key.name) == ["web-a", "web-c"])
    }

    @Test(arguments: [true, false])
    func `labels that choose no Application that may be changed are an error`(exists: Bool) async throws {
        let harness = try await Self.harness(Self.selected(["app": "web"]))
        if exists { harness.argocd.put(harness.application("a", authorizes: "shop:b", labels: ["app": "web"])) }
        let record = try await Self.promote(harness)
        #expect(record.phase == .errored, "\(record.message)")
        #expect(record.message.contains(exists ? "does not authorise the stage" : "has the labels 'app=web'"))
        #expect(harness.argocd.updates().isEmpty)
    }

    @Test func `an Application that is not there is an error`() async throws {
        let record = try await Self.promote(try await Self.harness(Self.named("test")))
        #expect(record.phase == .errored)
        #expect(record.message == "step-1: there is no Application argocd/web-test in the cluster main")
    }

    @Test func `what several entries want of one Application is written together`() async throws {
        let images: (String) -> [String: ConfigValue] = { image in
            var app = Self.named("test")
            let choice: [String: ConfigValue] = ["repoURL": .string(image), "tag": .string("2")]
            let source: [String: ConfigValue] = [
                "repoURL": .string("https://git.test/ops.git"), "kustomize": .map(["images": .list([.map(choice)])]),
            ]
            app["sources"] = .list([.map(source)])
            return app
        }
        var parameter = Self.named("test")
        parameter["sources"] = .list([
            .map([
                "repoURL": .string("https://git.test/ops.git"),
                "helm": .map(["images": .list([.map(["key": .string("tag"), "value": .string("2")])])]),
            ])
        ])
        let harness = try await Self.harness(images("reg:5000/app"), parameter)
        harness.argocd.put(harness.application("test"))
        _ = try await Self.promote(harness)
        #expect(harness.argocd.updates().count == 1)
        #expect(
            harness.argocd.updates().first?.update.sources == [
                .init(
                    index: 0,
                    kustomizeImages: ["reg:5000/app=reg:5000/app:2"],
                    helmParameters: [.init(name: "tag", value: "2")]
                )
            ]
        )
    }

    @Test func `a person's promotion is no automated operation`() async throws {
        let harness = try await Self.harness(Self.named("test"))
        var configuration = harness.engine.engine.core.configuration
        configuration.pipelines.projects["shop"]?.promotionPolicies = []
        harness.engine.engine.core.configuration = configuration
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        #expect(harness.argocd.updates().isEmpty)
        let freight = try #require(await harness.engine.state.freight.values.first?.freight.id.text)
        let stage = StageKey(project: "shop", name: "test")
        _ = try await harness.engine.pipelines.promote(stage: stage, freight: freight, acceptTree: nil, actor: "ada")
        try await harness.drain()
        let operation = try #require(harness.argocd.updates().first?.update.operation)
        #expect(operation.initiator == "ada" && !operation.isAutomated)
    }

    // MARK: Once

    @Test func `a write of which no answer came is not made again where it has arrived`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.argocd.trouble(nextWrite: .answerLost)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        #expect(try await harness.promotion().message.contains("the connection was lost"))
        try await harness.drain(after: .seconds(30))
        #expect(try await harness.promotion().message.contains("its sync is not begun yet"))
        let head = try #require(harness.engine.remote.head("main"))
        harness.argocd.finish(Self.key, revisions: [head.hex], at: harness.now)
        try await harness.drain(after: .seconds(60))
        #expect(try await harness.promotion().phase == .succeeded)
        #expect(harness.argocd.updates().count == 1)
    }

    @Test func `a write that did not arrive is made again`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.argocd.trouble(nextWrite: .dropped)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        #expect(harness.argocd.updates().isEmpty)
        try await harness.drain(after: .seconds(30))
        #expect(harness.argocd.updates().count == 1)
        #expect(harness.engine.remote.pushes == 1)
    }

    @Test func `the end of the program between the write and its record begins no second sync`() async throws {
        let store = InMemoryStateStore()
        let first = try await ArgoCDHarness(store: store)
        first.argocd.put(first.application("test"))
        // What is stored after the write is lost.
        first.argocd.beforeNextWrite {
            store.failOnce { changes in
                changes.contains { if case .putPromotion(let record) = $0 { record.isLooking } else { false } }
                    ? .failed(operation: "commit", detail: "killed") : nil
            }
        }
        first.engine.receive("1.0.0")
        try? await first.drain()
        #expect(first.argocd.updates().count == 1)
        let second = try await ArgoCDHarness(store: store, remote: first.engine.remote, argocd: first.argocd)
        #expect(try await second.promotion().stepRecords.last?.isOpen == true)
        try await second.drain(after: .seconds(60))
        #expect(try await second.promotion().isLooking)
        let head = try #require(second.engine.remote.head("main"))
        second.argocd.finish(Self.key, revisions: [head.hex], at: second.now)
        try await second.drain(after: .seconds(60))
        #expect(try await second.promotion().phase == .succeeded)
        #expect(second.argocd.updates().count == 1 && second.engine.remote.pushes == 1)
    }

    @Test(arguments: [InMemoryArgoCD.WriteTrouble.answerLost, .dropped, nil])
    func `a promotion that is ended after a crash in the write says whether its sync was asked for`(
        _ trouble: InMemoryArgoCD.WriteTrouble?
    ) async throws {
        let store = InMemoryStateStore()
        let first = try await ArgoCDHarness(store: store)
        first.argocd.put(first.application("test"))
        if let trouble { first.argocd.trouble(nextWrite: trouble) }
        // What is stored after the write is lost.
        first.argocd.beforeNextWrite {
            store.failOnce { changes in
                changes.contains { if case .putPromotion(let record) = $0 { record.phase == .running } else { false } }
                    ? .failed(operation: "commit", detail: "killed") : nil
            }
        }
        first.engine.receive("1.0.0")
        try? await first.drain()
        let second = try await ArgoCDHarness(store: store, remote: first.engine.remote, argocd: first.argocd)
        let open = try await second.promotion()
        #expect(open.stepRecords.last?.isOpen == true)
        if trouble == nil { second.argocd.outage(.unreachable(cluster: "main", detail: "no route", pause: nil)) }
        _ = try await second.engine.pipelines.abort(promotion: open.id, actor: "ann")
        try await second.drain()
        let record = try await second.promotion()
        #expect(record.phase == .aborted)
        let words = record.stepRecords.last?.message ?? ""
        switch trouble {
        case .answerLost:
            #expect(words.hasSuffix("its sync was asked for on argocd/web-test (not begun yet)"), "\(words)")
        case .dropped: #expect(words.hasSuffix("no sync was asked for on argocd/web-test"), "\(words)")
        case nil:
            #expect(
                words.hasSuffix("nobody knows whether it was done: the cluster main did not answer: no route"),
                "\(words)"
            )
        }
    }

    @Test func `an Application that somebody changes meanwhile is judged again before it is written`() async throws {
        let harness = try await Self.harness(Self.named("test"))
        harness.argocd.put(harness.application("test"))
        let argocd = harness.argocd
        argocd.beforeNextWrite { argocd.edit(Self.key) { $0.syncPolicy.options = ["Prune=true"] } }
        _ = try await Self.promote(harness)
        #expect(harness.argocd.updates().map(\.update.operation.syncOptions) == [["Prune=true"]])
    }

    @Test func `an authorisation that is taken away just before the write holds`() async throws {
        let harness = try await Self.harness(Self.named("test"))
        harness.argocd.put(harness.application("test"))
        let argocd = harness.argocd
        argocd.beforeNextWrite { argocd.edit(Self.key) { $0.annotations = [:] } }
        let record = try await Self.promote(harness)
        #expect(record.phase == .errored && record.message.contains("does not authorise"), "\(record.message)")
        #expect(harness.argocd.updates().isEmpty)
    }

    @Test func `somebody else's operation is waited for`() async throws {
        let harness = try await ArgoCDHarness()
        var application = harness.application("test")
        application.pendingOperation = ApplicationOperation(initiator: "ann")
        harness.argocd.put(application)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        #expect(
            try await harness.promotion().message.hasSuffix("an operation of ann is under way there (not begun yet)")
        )
        harness.argocd.begin(Self.key, message: "hook", at: harness.now)
        try await harness.drain(after: .seconds(11))
        #expect(
            try await harness.promotion().message.hasSuffix("an operation of ann is under way there (Running: hook)")
        )
        #expect(harness.argocd.updates().isEmpty)
        harness.argocd.finish(Self.key, revisions: ["x"], at: harness.now)
        try await harness.drain(after: .seconds(60))
        #expect(harness.argocd.updates().count == 1)
    }

    @Test func `an operation in progress for ever ends the step after its time limit, with what it waited for`()
        async throws
    {
        let harness = try await ArgoCDHarness()
        var application = harness.application("test")
        application.pendingOperation = ApplicationOperation(initiator: "ann")
        harness.argocd.put(application)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        for _ in 0..<12 { try await harness.drain(after: .seconds(30)) }
        let record = try await harness.promotion()
        #expect(record.phase == .errored)
        #expect(
            record.message == "step-5: not done within its time limit (5m0s); last: waits for the Application "
                + "argocd/web-test: an operation of ann is under way there (not begun yet)",
            "\(record.message)"
        )
        #expect(harness.argocd.updates().isEmpty)
    }

    @Test func `a sync that fails ends the step with Argo CD's words, and is not begun again`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        harness.argocd.finish(
            Self.key,
            phase: "Failed",
            message: "one or more objects failed to apply:\n admission webhook denied",
            revisions: nil,
            health: "Degraded",
            at: harness.now
        )
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .errored)
        #expect(
            record.message
                == "step-5: the sync of the Application argocd/web-test has failed: one or more objects failed "
                + "to apply:  admission webhook denied",
            "\(record.message)"
        )
        try await harness.drain(after: .seconds(600))
        #expect(harness.argocd.updates().count == 1)
        #expect(record.stepRecords.last?.applications == nil)
    }

    @Test func `an Application that is deleted while it is synchronised ends the step`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        harness.argocd.remove(Self.key)
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .errored && record.message.contains("there is no Application argocd/web-test"))
    }

    @Test func `a sync to a revision without the pushed commit is begun again, and not without end`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        let before = try #require(harness.engine.remote.head("main"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        // Argo CD had an older answer of the repository.
        for pause in [60, 60, 60, 60] {
            harness.argocd.finish(Self.key, revisions: [before.hex], at: harness.now)
            try await harness.drain(after: .seconds(1))
            try await harness.drain(after: .seconds(Int64(pause)))
        }
        let starts = harness.argocd.updates().count
        #expect(starts > 1 && starts <= 5, "\(starts)")
        #expect(try await harness.promotion().phase == .running)
        for _ in 0..<4 { try await harness.drain(after: .seconds(60)) }
        let record = try await harness.promotion()
        #expect(record.phase == .errored && record.message.contains("time limit"), "\(record.message)")
    }

    @Test func `several sources are compared one by one`() async throws {
        let harness = try await ArgoCDHarness()
        var application = harness.application("test")
        application.sources.insert(
            ApplicationSource(repoURL: "https://charts.test", targetRevision: "1.2.3", chart: "web"),
            at: 0
        )
        application.isMultiSource = true
        harness.argocd.put(application)
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let head = try #require(harness.engine.remote.head("main"))
        harness.argocd.finish(Self.key, revisions: ["1.2.3", head.hex], at: harness.now)
        try await harness.drain(after: .seconds(60))
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.stepRecords.last?.applications?.first?.desiredRevisions == ["", head.hex])
    }

    // MARK: Modes and ends

    @Test func `in observe mode it is said what would be done, and nothing is written`() async throws {
        let harness = try await ArgoCDHarness(mode: .observe)
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let record = try await harness.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.stepRecords.last?.message == "would synchronise the Application argocd/web-test")
        #expect(harness.argocd.updates().isEmpty)
    }

    @Test func `in observe mode an Application that would refuse is a failure, and a cluster that is down is not`()
        async throws
    {
        let refused = try await ArgoCDHarness(mode: .observe)
        refused.argocd.put(refused.application("test", authorizes: "a:b"))
        refused.engine.receive("1.0.0")
        try await refused.drain()
        #expect(try await refused.promotion().message.contains("does not authorise the stage"))
        let down = try await ArgoCDHarness(mode: .observe)
        down.argocd.outage(.unreachable(cluster: "main", detail: "no route", pause: nil))
        down.engine.receive("1.0.0")
        try await down.drain()
        let record = try await down.promotion()
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(
            record.stepRecords.last?.message
                == "would synchronise the Application web-test (not checked: the cluster main "
                + "did not answer: no route)",
            "\(String(describing: record.stepRecords.last?.message))"
        )
    }

    @Test func `an abort ends a promotion that waits, and nothing more is written`() async throws {
        let harness = try await ArgoCDHarness()
        harness.argocd.put(harness.application("test"))
        harness.engine.receive("1.0.0")
        try await harness.drain()
        let id = try await harness.promotion().id
        let view = try await harness.engine.pipelines.abort(promotion: id, actor: "ann")
        #expect(view.phase == .aborted && view.message == "Promotion terminated by token ann")
        harness.argocd.finish(Self.key, phase: "Failed", revisions: nil, at: harness.now)
        try await harness.drain(after: .seconds(600))
        #expect(harness.argocd.updates().count == 1)
    }

    @Test func `a step that fails and does not count is not run again by the lane`() async throws {
        let harness = try await ArgoCDHarness(pushes: false) { _, url in
            let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
            return [
                Self.apps(Self.named("test")),
                ("git-clone", ["repoURL": .string(url), "checkout": .list([checkout])]),
                ("kustomize-set-image", ["path": .string("./repo/envs/test")]),
                ("git-commit", ["path": .string("./repo")]), ("git-push", ["path": .string("./repo")]),
            ]
        }
        var configuration = harness.engine.engine.core.configuration
        guard case .steps(var steps)? = configuration.pipelines.projects["shop"]?.stages["test"]?.promotion else {
            return
        }
        steps[0].continueOnError = true
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(steps)
        harness.engine.engine.core.configuration = configuration
        let record = try await Self.promote(harness)
        #expect(record.phase == .succeeded, "\(record.message)")
        #expect(record.stepRecords.first?.status == .errored)
        #expect(harness.engine.remote.pushes == 1)
        #expect(harness.argocd.reads() == 1)
    }
}
