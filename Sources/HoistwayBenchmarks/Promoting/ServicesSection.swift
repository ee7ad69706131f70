import HoistwayTestServers

/// Many services on one stage branch, with pushes of all images at once, in alternation with the git program.
struct ServicesSection {
    let scale: Scale

    /// The result of one round.
    private struct Round {
        /// Milliseconds from before the first event's first byte until the branch held all images.
        var took: Double
        /// Milliseconds until the last event was acknowledged.
        var sending: Double
        var pushes: Int
        var missing: Int
    }

    func run(_ table: inout FigureTable) async throws {
        table.begin(
            "Services: \(scale.services) on one stage branch, edited in place, in a repository of 10 000 files"
        )
        let root = try TemporaryFolder("hoistway-git")
        let http = try await GitHTTPServer.start(root: root.path)
        defer { http.stop() }
        FigureTable.progress("seeding")
        let repository = try await SeededRepository.seed(
            "services",
            in: root.path,
            files: 10_000,
            layout: .nested,
            services: scale.services
        )
        let url = http.url(for: repository.name)
        let server = try HoistwayServer(
            program: scale.hoistway,
            pipelines: [
                BenchPipeline.manifests(
                    repoURL: url,
                    stages: repository.services.map {
                        BenchPipeline.Stage(branch: SeededRepository.branch, folder: $0.folder, image: $0.image)
                    }
                )
            ],
            logLevel: "info"
        )
        try await server.start()
        defer { server.stop() }
        let work = try WorkFolder()
        let git = GitProgramBaseline(folder: work.path, url: url, editing: repository.folder)
        try await git.prepareClone()

        FigureTable.progress("\(scale.services) image events at once, and the same with the git program, one by one")
        let cold = try await round(1, server, repository, http)
        var rounds: [Round] = []
        var others: [Double] = []
        for version in 2..<(2 + scale.rounds) {
            rounds.append(try await round(version, server, repository, http))
            others.append(try await git.keptClone(folders: repository.services.map(\.folder), version: version))
            let branch = SeededRepository.baselineBranch
            let written = try await repository.written(version: version, below: "services", at: branch)
            guard written == scale.services else {
                throw BenchFailure.failed("the git program", detail: "\(written) images arrived")
            }
        }
        rows(cold, rounds, others: others, &table)
    }

    private func rows(_ cold: Round, _ rounds: [Round], others: [Double], _ table: inout FigureTable) {
        let own = Statistics.median(rounds.map(\.took))
        let other = Statistics.median(others)
        let sending = Statistics.median(rounds.map(\.sending))
        table.add(
            Figure(
                "\(scale.services) services on one stage branch",
                measured: "\(Figure.number(own)) ms",
                baseline: "\(Figure.number(other)) ms persistent clone",
                value: other / own,
                note: "first time \(Figure.number(cold.took)) ms; all events acknowledged after "
                    + "\(Figure.number(sending)) ms"
            )
        )
        table.add(
            Figure(
                "pushes for them",
                measured: "\(rounds.map(\.pushes).max() ?? 0)",
                baseline: "\(scale.services)",
                note: "at most, by the Git server's log; first time \(cold.pushes)"
            )
        )
        let missing = (rounds + [cold]).reduce(0) { $0 + $1.missing }
        table.add(
            Figure(
                "images that did not arrive",
                measured: "\(missing)",
                value: Double(missing),
                bound: .atMost(floor: 0, goal: 0)
            )
        )
    }

    private func round(
        _ version: Int,
        _ server: HoistwayServer,
        _ repository: SeededRepository,
        _ http: GitHTTPServer
    ) async throws -> Round {
        try await Task.sleep(for: .milliseconds(500))
        let before = try await http.pushes()
        let requests = try repository.services.map { try ImageWebhook.request($0.image, version: version) }
        let start = ContinuousClock.now
        try server.send(requests)
        let sending = Stopwatch.milliseconds(since: start)
        guard sending < 1000 else {
            throw BenchFailure.failed("a round is void", detail: "the events took \(sending) ms to send")
        }
        let (took, written) = try await arrival(version, repository, since: start)
        try await Task.sleep(for: .milliseconds(500))
        return Round(
            took: took,
            sending: sending,
            pushes: try await http.pushes() - before,
            missing: scale.services - written
        )
    }

    /// When the head moved to a commit with every image, and how many of them the branch has at the end.
    private func arrival(
        _ version: Int,
        _ repository: SeededRepository,
        since start: ContinuousClock.Instant
    ) async throws -> (took: Double, written: Int) {
        var seen: [UInt8]?
        var written = 0
        while true {
            let head = repository.head(of: SeededRepository.branch)
            let took = Stopwatch.milliseconds(since: start)
            if let head, head != seen {
                seen = head
                let commit = String(decoding: head, as: UTF8.self)
                written = try await repository.written(version: version, below: "services", at: commit)
            }
            if written == scale.services || took > 60_000 { return (took, written) }
            try await Task.sleep(for: .microseconds(200))
        }
    }
}
