import HoistwayTestServers

/// One project, one image, one stage on `main` of one repository: what most stories need.
struct SimpleShop {
    let git: GitRig
    let source: ImageSource
    let repository: GitRepositoryFixture
    let served: ServedProgram

    /// - Parameters:
    ///   - stages: each with a folder of its name.
    ///   - more: further top-level keys.
    init(stages: [String] = ["test"], webhooks: [String] = [], options: [String] = [], more: [String] = []) async throws
    {
        git = try await GitRig()
        source = try ImageSource()
        let text = Manifest.kustomization([(source.image("app"), "1.0.0")])
        var files: [String: String] = [:]
        for stage in stages { files["envs/\(stage)/kustomization.yaml"] = text }
        repository = try await git.repository("shop.git", files: files)
        var receiver = source.receiver
        receiver.options = options
        served = try ServedProgram(
            ServedConfiguration(
                receivers: [receiver],
                manifests: Self.manifests(stages, git: git, source: source),
                webhooks: webhooks,
                more: more
            )
        )
    }

    static func manifests(_ stages: [String], git: GitRig, source: ImageSource) -> [String] {
        [
            Manifest.project("shop", remotes: [git.remote("shop.git")]),
            Manifest.images("app", in: "shop", source.image("app")),
        ]
            + stages.map {
                let steps = Manifest.inPlace(git.url("shop.git"), branch: "main", folder: "envs/\($0)")
                return Manifest.stage($0, in: "shop", of: ["app"], steps: steps)
            }
    }

    func stop() {
        served.stop()
        git.stop()
    }
}
