import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

/// An engine with Git and Argo CD in memory: each stage pushes its folder, and has its Application synchronised.
struct ArgoCDHarness {
    let engine: EngineHarness
    let argocd: InMemoryArgoCD

    /// - Parameters:
    ///   - steps: those behind the push, whose alias is `step-4`; by the stage's name.
    ///   - pushes: whether the stages push anything.
    init(
        stages: [String] = ["test"],
        store: InMemoryStateStore = InMemoryStateStore(),
        remote: InMemoryGitRemote? = nil,
        argocd: InMemoryArgoCD = InMemoryArgoCD(),
        mode: PromotionMode = .promote,
        pushes: Bool = true,
        steps: (_ stage: String, _ remote: String) -> [(String, [String: ConfigValue])] = Self.update
    ) async throws {
        self.argocd = argocd
        engine = try await EngineHarness(stages: stages, mode: mode, store: store, remote: remote, argocd: argocd)
        var configuration = engine.engine.core.configuration
        let url = engine.remote.displayURL
        for stage in stages {
            let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
            let push: [(String, [String: ConfigValue])] = [
                ("git-clone", ["repoURL": .string(url), "checkout": .list([checkout])]),
                ("kustomize-set-image", ["path": .string("./repo/envs/\(stage)")]),
                ("git-commit", ["path": .string("./repo")]), ("git-push", ["path": .string("./repo")]),
            ]
            configuration.pipelines.projects["shop"]?.stages[stage]?.promotion = .steps(
                EngineHarness.templates((pushes ? push : []) + steps(stage, url))
            )
        }
        engine.engine.core.configuration = configuration
    }

    /// The Application `web-<stage>`, which expects the commit that was pushed.
    static func update(_ stage: String, _ remote: String) -> [(String, [String: ConfigValue])] {
        let source: [String: ConfigValue] = [
            "repoURL": .string(remote), "desiredRevision": .string("${{ outputs['step-4'].commit }}"),
        ]
        return [
            (
                "argocd-update",
                ["apps": .list([.map(["name": .string("web-\(stage)"), "sources": .list([.map(source)])])])]
            )
        ]
    }

    static func wait(_ stage: String) -> (String, [String: ConfigValue]) {
        ("argocd-wait", ["apps": .list([.map(["name": .string("web-\(stage)")])])])
    }

    static func key(_ stage: String) -> ApplicationKey { ApplicationKey(namespace: "argocd", name: "web-\(stage)") }

    /// An Application that authorises its stage.
    func application(
        _ stage: String,
        authorizes: String? = nil,
        labels: [String: String] = [:]
    ) -> Application {
        Application(
            key: Self.key(stage),
            labels: labels,
            annotations: [ApplicationAuthorization.kargoKey: authorizes ?? "shop:\(stage)"],
            sources: [
                ApplicationSource(repoURL: engine.remote.displayURL, path: "envs/\(stage)", targetRevision: "main")
            ]
        )
    }

    var now: Timestamp { engine.clock.now() }

    /// Runs what can run, after some time.
    func drain(after pause: Duration = .zero) async throws {
        engine.clock.advance(pause)
        try await engine.engine.drain()
    }

    func promotion(of stage: String = "test") async throws -> PromotionRecord {
        try #require(engine.wholes.filter { $0.stage.name == stage }.max { $0.id < $1.id })
    }
}
