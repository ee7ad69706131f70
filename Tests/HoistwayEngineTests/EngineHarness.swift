import HoistwayCrypto
import HoistwayEngine
import HoistwayModel
import HoistwayPatterns
import HoistwayPorts
import HoistwayTestKit
import Logging
import Synchronization

/// An engine with everything outside it in memory, driven by hand.
struct EngineHarness {
    static let image = "ghcr.io/acme/app"
    static let place = SourcePlace(file: "pipeline.yaml", line: 1)
    static let warehouse = WarehouseKey(project: "shop", name: "app")

    let store: InMemoryStateStore
    let remote: InMemoryGitRemote
    let clock: ManualClock
    let engine: Engine
    let pipelines: any PipelineOperator

    /// `stages`: names; each edits `envs/<name>` on the branch that `branch` gives.
    init(
        stages: [String] = ["test"],
        mode: PromotionMode = .promote,
        store: InMemoryStateStore = InMemoryStateStore(),
        remote: InMemoryGitRemote? = nil,
        remotes: (any GitRemotes)? = nil,
        registry: any Registry = SilentRegistry(),
        notifier: any Notifier = RecordingNotifier(),
        notices: [NoticeRule] = [],
        log: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
        renderer: (any ManifestRenderer)? = nil,
        argocd: (any ArgoCDClusters)? = nil,
        branch: (String) -> String = { _ in "main" },
        ports change: (inout EnginePorts) -> Void = { _ in }
    ) async throws {
        self.store = store
        if let remote {
            self.remote = remote
        } else {
            self.remote = InMemoryGitRemote()
            var files: [String: String] = [:]
            for stage in stages { files["envs/\(stage)/kustomization.yaml"] = Self.kustomization("0.9.0") }
            for name in Set(["main"] + stages.map(branch)).sorted() {
                try await self.remote.seed(branch: name, files: files)
            }
        }
        clock = ManualClock(Timestamp(seconds: 1_800_000_000))
        let boxed = RandomBox()
        var ports = EnginePorts(
            store: store,
            remotes: remotes ?? InMemoryGitRemotes([self.remote]),
            registry: registry,
            notifier: notifier,
            clock: clock,
            matcher: Patterns(),
            workspaces: InMemoryWorkspaceMaker(),
            sha1: { SHA1.hash($0) },
            sha256: { SHA256.hex($0) },
            random: { boxed.next() },
            renderer: renderer
        )
        ports.argocd = argocd
        change(&ports)
        var configuration = EngineConfiguration(
            pipelines: Self.pipelines(stages: stages, remote: self.remote.displayURL, branch: branch),
            mode: mode,
            receivers: ["hook": Self.receiver],
            author: CommitAuthor(name: "Hoistway", email: "hoistway@example.com"),
            notices: notices,
            refsPerPush: { _ in 100 }
        )
        if argocd != nil { configuration.argocd = { _ in ArgoCDOptions(cluster: "main") } }
        engine = try await Engine(ports: ports, configuration: configuration, log: log)
        pipelines = EngineOperator(engine: engine) { [] }
    }

    /// One stage, whose promotions replace the tree of a branch by a copy of `main`, or only copy over it.
    init(copyingTo branch: String, foreignCommits: Stage.ForeignCommits, clears: Bool = true) async throws {
        let remote = InMemoryGitRemote()
        try await remote.seed(files: ["envs/test/kustomization.yaml": Self.kustomization("0.9.0")])
        try await self.init(remote: remote)
        var configuration = engine.core.configuration
        configuration.pipelines.projects["shop"]?.stages["test"]?.foreignCommits = foreignCommits
        configuration.pipelines.projects["shop"]?.stages["test"]?.promotion = .steps(
            Self.copying(remote: remote.displayURL, branch: branch).filter { clears || $0.uses != "git-clear" }
        )
        engine.core.configuration = configuration
    }

    /// Makes a branch out of `main`, with the images of one folder set.
    static func copying(remote: String, branch: String, folder: String = "envs/test") -> [StepTemplate] {
        let source = ConfigValue.map(["branch": .string("main"), "path": .string("./src")])
        let target = ConfigValue.map([
            "branch": .string(branch), "create": .bool(true), "path": .string("./out"),
        ])
        return templates([
            ("git-clone", ["repoURL": .string(remote), "checkout": .list([source, target])]),
            ("git-clear", ["path": .string("./out")]),
            ("kustomize-set-image", ["path": .string("./src/\(folder)")]),
            ("copy", ["inPath": .string("./src"), "outPath": .string("./out")]),
            ("git-commit", ["path": .string("./out")]),
            ("git-push", ["path": .string("./out")]),
        ])
    }

    static func templates(_ configs: [(String, [String: ConfigValue])]) -> [StepTemplate] {
        configs.enumerated().map { index, step in
            StepTemplate(uses: step.0, alias: "step-\(index + 1)", config: .map(step.1), place: place)
        }
    }

    static func kustomization(_ tag: String) -> String {
        "images:\n  - name: \(image)\n    newTag: \(tag) # ours\n"
    }

    /// The body is the tag; `!` in front makes it unreadable.
    ///
    /// `push`, and two commits: a push to `main`. `pull`, a number, a repository's key and any word: its pull request
    /// was merged.
    private static let receiver = EngineConfiguration.ReceiverPolicy(scope: nil, projects: nil) { delivery in
        let tag = String(decoding: delivery.body, as: UTF8.self)
        let words = tag.split(separator: " ").map(String.init)
        if words.count == 4, words[0] == "pull", let number = Int(words[1]) {
            let key = RepositoryKey(normalised: words[2])
            let event = PullRequestEvent(
                repoKeys: [key],
                number: number,
                action: .merged,
                sourceBranch: "source",
                targetBranch: "main"
            )
            return [.pullRequest(event)]
        }
        if words.count == 3, words[0] == "push" {
            let key = RepositoryKey(normalised: "git.test/ops")
            return [.push(PushEvent(repoKeys: [key], ref: "refs/heads/main", before: words[1], commit: words[2]))]
        }
        guard !tag.hasPrefix("!") else { throw OperatorFailure.invalid("not a payload") }
        let digest = "sha256:" + SHA256.hex(tag)
        return [.image(ImageEvent(image: ImageKey(normalised: image), tags: [tag], digest: digest))]
    }

    private static func pipelines(stages: [String], remote: String, branch: (String) -> String) -> Pipelines {
        let subscription = ImageSubscription(repoURL: image, key: ImageKey(normalised: image), place: place)
        let warehouse = Warehouse(
            key: WarehouseKey(project: "shop", name: "app"),
            subscriptions: [.image(subscription)],
            place: place
        )
        var all: [String: Stage] = [:]
        for name in stages {
            all[name] = Stage(
                key: StageKey(project: "shop", name: name),
                requestedFreight: [FreightRequest(warehouse: "app", direct: true)],
                promotion: .steps(steps(name, remote: remote, branch: branch(name))),
                place: place
            )
        }
        let policy = PromotionPolicy(selector: StageSelector(), autoPromotionEnabled: true, place: place)
        return Pipelines(projects: [
            "shop": Project(name: "shop", promotionPolicies: [policy], warehouses: ["app": warehouse], stages: all)
        ])
    }

    private static func steps(_ stage: String, remote: String, branch: String) -> [StepTemplate] {
        let checkout = ConfigValue.map(["branch": .string(branch), "path": .string("./repo")])
        return templates([
            ("git-clone", ["repoURL": .string(remote), "checkout": .list([checkout])]),
            ("kustomize-set-image", ["path": .string("./repo/envs/\(stage)")]),
            ("git-commit", ["path": .string("./repo")]),
            ("git-push", ["path": .string("./repo")]),
        ])
    }

    /// Puts deliveries into the inbox.
    func receive(_ tags: String..., isEvidence: Bool = true) {
        for tag in tags {
            store.submit(
                IncomingDelivery(
                    receiver: "hook",
                    senderID: nil,
                    bodySHA256: SHA256.hash(Array(tag.utf8)),
                    headers: [],
                    body: Array(tag.utf8),
                    receivedAt: clock.now(),
                    verdict: "test",
                    isEvidence: isEvidence
                ),
                ticket: 1,
                reply: Unheard()
            )
        }
    }

    var state: PipelineState { get async { await engine.core.ledger.snapshot } }

    /// All promotions, by name.
    var wholes: [PromotionRecord] { store.kept }

    func promotions(_ phase: PromotionPhase) async -> [PromotionRecord] {
        let known = await state.promotions
        return wholes.filter { $0.phase == phase && known[$0.id] != nil }
    }

    /// The tag that a stage's kustomization has on a branch.
    func tag(_ stage: String, on branch: String = "main") async throws -> String? {
        let text = try await remote.files(branch: branch)?["envs/\(stage)/kustomization.yaml"] ?? ""
        let line = text.split(separator: "\n").first { $0.contains("newTag:") }
        return line?.split(separator: " ").dropFirst().first.map(String.init)
    }
}

/// A clock that stands still until it is moved; sleeping ends with the test's task.
final class ManualClock: WallClock {
    private let moment: Mutex<Timestamp>
    private let short = Mutex<Set<Duration>>([])
    private let asked = Mutex<Set<Duration>>([])

    init(_ start: Timestamp) {
        moment = Mutex(start)
    }

    func now() -> Timestamp { moment.withLock { $0 } }
    func advance(_ duration: Duration) { moment.withLock { $0 = $0 + duration } }

    /// From now on sleeps of this length end at once.
    func endAtOnce(_ duration: Duration) { short.withLock { _ = $0.insert(duration) } }

    /// Whether somebody has begun to sleep for so long.
    func hasSlept(for duration: Duration) -> Bool { asked.withLock { $0.contains(duration) } }

    func sleep(for duration: Duration) async throws {
        asked.withLock { _ = $0.insert(duration) }
        guard !short.withLock({ $0.contains(duration) }) else { return }
        try await Task.sleep(for: .seconds(3600))
    }
}

/// Counts up: chance that is the same in every run.
final class RandomBox: Sendable {
    private let value = Mutex<UInt64>(0)

    func next() -> UInt64 {
        value.withLock { value in
            value += 1
            return value
        }
    }
}

/// Nobody listens to the inbox's answers here.
final class Unheard: InboxReply {
    func answered(_ answers: [(ticket: UInt64, answer: InboxAnswer)]) {}
}

/// Takes every notice, or fails as it is told.
final class RecordingNotifier: Notifier {
    private let state = Mutex<(taken: [Notice], tries: Int, failure: NotifyFailure?)>(([], 0, nil))

    var taken: [Notice] { state.withLock(\.taken) }
    var tries: Int { state.withLock(\.tries) }

    /// `nil`: works again.
    func fail(with failure: NotifyFailure?) { state.withLock { $0.failure = failure } }

    func send(_ notice: Notice) async throws(NotifyFailure) {
        let failure = state.withLock { state -> NotifyFailure? in
            state.tries += 1
            if state.failure == nil { state.taken.append(notice) }
            return state.failure
        }
        if let failure { throw failure }
    }
}

/// A registry that is asked nothing.
struct SilentRegistry: Registry {
    func find(
        _ reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> ImageAnswer {
        throw .unreachable(host: "registry.test", detail: "nobody is there")
    }

    func tags(of subscription: ImageSubscription, project: String) async throws(RegistryFailure) -> [String] { [] }

    func createdAt(
        of reference: String,
        in subscription: ImageSubscription,
        project: String
    ) async throws(RegistryFailure) -> Timestamp? { nil }
}
