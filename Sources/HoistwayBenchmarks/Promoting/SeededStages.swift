import HoistwayTestServers

/// Stages over one repository of a hundred files on a Git server of their own; they share the images in turn.
struct SeededStages {
    let http: GitHTTPServer
    let repository: SeededRepository
    let stages: [BenchPipeline.Stage]
    private let root: TemporaryFolder

    /// The caller stops the server.
    init(_ name: String, stages count: Int, images: Int) async throws {
        root = try TemporaryFolder("hoistway-git")
        http = try await GitHTTPServer.start(root: root.path)
        let repository = try await SeededRepository.seed(
            name,
            in: root.path,
            files: 100,
            layout: .nested,
            stages: count,
            services: images
        )
        stages = repository.branches.enumerated().map { number, branch in
            let service = repository.services[number % images]
            return BenchPipeline.Stage(branch: branch, folder: service.folder, image: service.image)
        }
        self.repository = repository
    }

    var manifests: String { BenchPipeline.manifests(repoURL: http.url(for: repository.name), stages: stages) }
}
