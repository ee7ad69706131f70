import HoistwayTestServers
import Testing

/// A served program whose stages update Applications, with the cluster that they are in and Argo CD upon it.
struct ArgoCDRig {
    let rig: RuleRig
    let cluster: KubernetesServer
    let controller: ArgoCDController

    /// Each stage sets the image in `envs/<stage>` of its own branch `stage/<stage>`, and updates the Application
    /// `shop-<stage>`, which follows that branch.
    ///
    /// - Parameters:
    ///   - stages: each with the stages that it gets its freight from; none: from the warehouse.
    ///   - pushes: whether the stages push anything.
    ///   - steps: behind the push, as a YAML list; ``update(_:_:)`` and ``wait(_:)`` give the usual ones.
    ///   - isMultiSource: whether the Application has a chart beside its folder.
    ///   - others: further clusters of the configuration, by name.
    ///   - change: what is otherwise about an Application; `nil` where it is not there.
    init(
        stages: [(name: String, after: [String])] = [("test", [])],
        pushes: Bool = true,
        steps: (_ url: String, _ stage: String) -> String = { update($0, $1) + wait($1) },
        branch: (_ stage: String) -> String = { "stage/\($0)" },
        isMultiSource: Bool = false,
        options: KubernetesServer.Options = KubernetesServer.Options(),
        others: [String: KubernetesServer] = [:],
        more: [String] = [],
        manifests: (_ url: String, ImageSource) -> [String] = { _, _ in [] },
        change: (inout ApplicationFixture) -> Bool = { _ in true }
    ) async throws {
        cluster = try await KubernetesServer.start(options: options)
        var files = ["main": try cluster.writeKubeconfig(options.wantsLogin ? .token : .none)]
        for (name, other) in others { files[name] = try other.writeKubeconfig(.none) }
        let clusters = files.sorted { $0.key < $1.key }.map { "\($0.key): {kubeconfig: \($0.value)}" }
        rig = try await RuleRig(
            files: { source in
                let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
                return Dictionary(stages.map { ("envs/\($0.name)/kustomization.yaml", text) }) { $1 }
            },
            stages: { url in
                stages.map { name, upstream in
                    let push = pushes ? Manifest.inPlace(url, branch: branch(name), folder: "envs/\(name)") : []
                    let rest = steps(url, name).split(separator: "\n").map { "        \($0)" }
                    return Manifest.stage(name, in: "shop", of: ["app"], after: upstream, steps: push + rest)
                }
            },
            configure: { configuration in
                configuration.more +=
                    ["kubernetes: {clusters: {\(clusters.joined(separator: ", "))}}", "argocd: {cluster: main}"] + more
            },
            manifests: manifests
        )
        let url = rig.git.url("shop.git")
        let path = rig.repository.path
        for (name, _) in stages {
            if branch(name) != "main" { try await rig.repository.git("branch", branch(name), "main") }
            var fixture = Self.application(name, url, branch: branch(name), isMultiSource: isMultiSource)
            if change(&fixture) { cluster.put(fixture.value, of: .applications) }
        }
        controller = await ArgoCDController.start(on: cluster, revisions: GitRevisions { $0 == url ? path : nil })
        await controller.settle()
    }

    static func application(_ stage: String, _ url: String, branch: String, isMultiSource: Bool) -> ApplicationFixture {
        let folder = ApplicationFixture.Source(url, at: branch, path: "envs/\(stage)")
        let chart = ApplicationFixture.Source("https://charts.example", at: "1.2.3", chart: "shop")
        var fixture =
            isMultiSource
            ? ApplicationFixture("shop-\(stage)", chart, folder) : ApplicationFixture("shop-\(stage)", folder)
        fixture.annotations["kargo.akuity.io/authorized-stage"] = "shop:\(stage)"
        return fixture
    }

    /// Updates the stage's Application, which must come to the commit that was pushed.
    static func update(_ url: String, _ stage: String, more: String = "") -> String {
        """
        - uses: argocd-update
          as: update
        \(more.isEmpty ? "" : "  \(more)\n")  config:
            apps:
              - name: shop-\(stage)
                sources: [{repoURL: \(url), desiredRevision: "${{ outputs['step-4'].commit }}"}]

        """
    }

    static func wait(_ stage: String) -> String { "- {uses: argocd-wait, config: {apps: [{name: shop-\(stage)}]}}\n" }

    /// Serves, runs `body`, and stops everything.
    func run(_ body: () async throws -> Void) async throws {
        defer { cluster.stop() }
        try await rig.run(body)
        await controller.stop()
    }

    // MARK: What happened

    func application(_ stage: String) -> ClusterValue? { cluster.object(.applications, "shop-\(stage)") }

    /// The writes that asked for an operation and were applied, as far as the client was told.
    func starts(_ stage: String) -> [ClusterValue] {
        cluster.log("patch", .applications, name: "shop-\(stage)").filter { [nil, 200].contains($0.status) }
            .compactMap(\.request.json).filter { "\($0)".contains("kargo.akuity.io/promotion") }
    }

    /// Waits until Argo CD is in the middle of a sync.
    func syncing(_ stage: String) async throws {
        try await eventually("a sync of shop-\(stage)") {
            application(stage)?["status", "operationState", "phase"] == "Running"
        }
    }

    func promotion(of stage: String, _ tag: String = "1.1.0") async throws -> PromotionSummary {
        try await rig.served.lastPromotion(of: stage, freightOf: tag)
    }

    func announce(_ tag: String = "1.1.0") async throws {
        // 200: it came before, and only the answer was lost.
        #expect([200, 202].contains(try await rig.source.announce("app", tag, to: rig.served)))
    }
}
