import HoistwayTestServers

/// Pipelines with rendering: ten steps in a large repository, and many services at once, with a branch each; in
/// alternation with the `git` and `kubectl` programs.
struct PipelinesSection {
    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin("Pipelines with kustomize-build: from the webhook's first byte until the branches moved")
        let root = try TemporaryFolder("hoistway-git")
        let http = try await GitHTTPServer.start(root: root.path)
        defer { http.stop() }
        try await tenSteps(root.path, http, &table)
        try await services(root.path, http, &table)
    }

    // MARK: Ten steps

    private func tenSteps(_ root: String, _ http: GitHTTPServer, _ table: inout FigureTable) async throws {
        FigureTable.progress("seeding \(scale.large) files")
        let repository = try await SeededRepository.seed("ten", in: root, files: scale.large, layout: .nested)
        let url = http.url(for: repository.name)
        let work = try WorkFolder()
        let script = RenderingBaseline(folder: work.path, url: url)
        let other = try await repository.newBranch("rendered-script")
        let promoter = try await Promoter(
            program: scale.hoistway,
            repository: repository,
            url: url,
            stages: [BenchPipeline.Stage(branch: "rendered", folder: repository.folder, steps: .ten)]
        )
        defer { promoter.server.stop() }
        FigureTable.progress("ten steps, and the same with git and kubectl in fresh clones")
        let first = try promoter.promote(to: 1)
        _ = try await script.freshClones(editing: repository.folder, branch: other, version: 1)
        var own: [Double] = []
        var others: [Double] = []
        for round in 0..<scale.largeRounds {
            own.append(try promoter.promote(to: round + 2))
            others.append(
                try await script.freshClones(editing: repository.folder, branch: other, version: round + 2)
            )
        }
        guard try await repository.tree(of: "rendered") == repository.tree(of: other) else {
            throw BenchFailure.failed("ten steps", detail: "the branch differs from the script's")
        }
        let took = Statistics.median(own)
        let scriptTook = Statistics.median(others)
        table.add(
            Figure(
                "ten steps, \(scale.large) files",
                measured: "\(Figure.number(took)) ms",
                baseline: "\(Figure.number(scriptTook)) ms fresh clones",
                value: scriptTook / took,
                note: "both branches hold the same tree; first time \(Figure.number(first)) ms"
            )
        )
        memory("RSS of serve at most, ten steps", promoter.server, &table)
    }

    // MARK: Many services

    private func services(_ root: String, _ http: GitHTTPServer, _ table: inout FigureTable) async throws {
        FigureTable.progress("seeding \(scale.services) services")
        let repository = try await SeededRepository.seed(
            "rendered-services",
            in: root,
            files: 10_000,
            layout: .nested,
            services: scale.services
        )
        let url = http.url(for: repository.name)
        let stages = repository.services.enumerated().map { index, service in
            BenchPipeline.Stage(
                branch: "env/\(index)",
                folder: service.folder,
                image: service.image,
                steps: .rendered
            )
        }
        let work = try WorkFolder()
        let script = RenderingBaseline(folder: work.path, url: url)
        let others = stages.map { (folder: $0.folder, branch: $0.branch.replacing("env/", with: "script/")) }
        try await script.prepare(branches: others.map(\.branch))
        let promoter = try await Promoter(program: scale.hoistway, repository: repository, url: url, stages: stages)
        defer { promoter.server.stop() }
        FigureTable.progress("\(scale.services) services at once, and the same with git and kubectl, one by one")
        let images = repository.services.map(\.image)
        let first = try promoter.promote(images, to: 1)
        var own: [Double] = []
        var pushes = 0
        for round in 0..<scale.rounds {
            let before = try await http.pushes()
            own.append(try promoter.promote(images, to: round + 2))
            pushes = max(pushes, try await http.pushes() - before)
        }
        let scriptTook = try await script.render(others, version: scale.rounds + 1)
        for (stage, other) in zip(stages, others) {
            guard try await repository.tree(of: stage.branch) == repository.tree(of: other.branch) else {
                throw BenchFailure.failed("rendering", detail: "\(stage.branch) differs from the script's")
            }
        }
        let took = Statistics.median(own)
        table.add(
            Figure(
                "\(scale.services) rendered branches",
                measured: "\(Figure.number(took)) ms",
                baseline: "\(Figure.number(scriptTook)) ms persistent clone",
                value: scriptTook / took,
                note: "all trees are equal; \(pushes) pushes; first time \(Figure.number(first)) ms"
            )
        )
        memory("RSS of serve at most, \(scale.services) services", promoter.server, &table)
    }

    /// Without the memory of the programs that it runs.
    private func memory(_ name: String, _ server: HoistwayServer, _ table: inout FigureTable) {
        let peak = ProcessFigures.residentMegabytes(server.pid, .peak)
        table.add(
            Figure(
                name,
                measured: "\(Figure.number(peak)) MB",
                value: peak,
                bound: .atMost(floor: 160, goal: 100),
                note: "without the programs that it runs"
            )
        )
    }
}
