import HoistwayEngine
import HoistwayModel
import HoistwayPorts
import HoistwayTestKit
import Testing

/// An engine with Git and a Git host in memory: each stage pushes a branch of its own, opens a pull request, and waits for
/// it.
struct PullRequestHarness {
    let engine: EngineHarness
    let forge: InMemoryForge

    /// - Parameter steps: those behind the push, whose alias is `step-4`; their own aliases are `open`, `wait` …
    init(
        stages: [String] = ["test"],
        store: InMemoryStateStore = InMemoryStateStore(),
        remote: InMemoryGitRemote? = nil,
        forge: InMemoryForge? = nil,
        mode: PromotionMode = .promote,
        target: String = "main",
        steps: (_ repository: String, _ target: String) -> [StepTemplate] = Self.openAndWait
    ) async throws {
        let repository: InMemoryGitRemote
        if let remote {
            repository = remote
        } else {
            repository = InMemoryGitRemote()
            var files: [String: String] = ["README.md": "read me\n"]
            for stage in stages { files["envs/\(stage)/kustomization.yaml"] = EngineHarness.kustomization("0.9.0") }
            try await repository.seed(files: files)
        }
        self.forge = forge ?? InMemoryForge(RemoteBranches(repository), url: repository.displayURL)
        engine = try await EngineHarness(
            stages: stages,
            mode: mode,
            store: store,
            remote: repository,
            ports: { [forge = self.forge] in $0.forges = InMemoryForges([forge]) }
        )
        var configuration = engine.engine.core.configuration
        for stage in stages {
            let checkout = ConfigValue.map(["branch": .string("main"), "path": .string("./repo")])
            let pushing: [(String, [String: ConfigValue])] = [
                ("git-clone", ["repoURL": .string(repository.displayURL), "checkout": .list([checkout])]),
                ("kustomize-set-image", ["path": .string("./repo/envs/\(stage)")]),
                ("git-commit", ["path": .string("./repo")]),
                ("git-push", ["path": .string("./repo"), "generateTargetBranch": .bool(true)]),
            ]
            configuration.pipelines.projects["shop"]?.stages[stage]?.promotion = .steps(
                EngineHarness.templates(pushing) + steps(repository.displayURL, target)
            )
        }
        engine.engine.core.configuration = configuration
    }

    static func step(_ uses: String, as alias: String, _ config: [String: ConfigValue]) -> StepTemplate {
        StepTemplate(uses: uses, alias: alias, config: .map(config), place: EngineHarness.place)
    }

    static func open(_ repository: String, _ target: String) -> StepTemplate {
        step(
            "git-open-pr",
            as: "open",
            [
                "repoURL": .string(repository), "sourceBranch": .string("${{ outputs['step-4'].branch }}"),
                "targetBranch": .string(target), "labels": .list([.string("promotion")]),
            ]
        )
    }

    static func wait(_ repository: String) -> StepTemplate {
        step(
            "git-wait-for-pr",
            as: "wait",
            ["repoURL": .string(repository), "prNumber": .string("${{ outputs.open.pr.id }}")]
        )
    }

    static func openAndWait(_ repository: String, _ target: String) -> [StepTemplate] {
        [open(repository, target), wait(repository)]
    }

    static func openAndMerge(_ more: [String: ConfigValue]) -> (String, String) -> [StepTemplate] {
        { repository, target in
            let config: [String: ConfigValue] = [
                "repoURL": .string(repository), "prNumber": .string("${{ outputs.open.pr.id }}"),
            ]
            return [
                open(repository, target),
                step("git-merge-pr", as: "merge", config.merging(more) { $1 }),
            ]
        }
    }

    /// Promotes a version until it waits or has ended.
    @discardableResult
    func promote(_ tag: String = "1.0.0") async throws -> PromotionRecord {
        engine.receive(tag)
        try await drain()
        return try await promotion()
    }

    /// Runs what can run, after some time.
    func drain(after pause: Duration = .zero) async throws {
        engine.clock.advance(pause)
        try await engine.engine.drain()
    }

    /// The host's webhook tells of the pull request.
    func tell(_ number: Int = 1, of repository: String = "git.test/ops") async throws {
        // The same body twice would be one delivery.
        engine.receive("pull \(number) \(repository) \(engine.store.commits)")
        try await drain()
    }

    func promotion(of stage: String = "test") async throws -> PromotionRecord {
        try #require(engine.wholes.filter { $0.stage.name == stage }.max { $0.id < $1.id })
    }

    func outputs(_ alias: String) async throws -> [String: ConfigValue] {
        let results = try await engine.store.stepResults(of: try await promotion().id)
        return results.first { $0.alias == alias }?.outputs ?? [:]
    }

    /// The engine's next life, on the same store, repository and host.
    func again(steps: (String, String) -> [StepTemplate] = Self.openAndWait) async throws -> PullRequestHarness {
        try await PullRequestHarness(store: engine.store, remote: engine.remote, forge: forge, steps: steps)
    }
}
