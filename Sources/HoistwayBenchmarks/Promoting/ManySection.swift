import Foundation
import HoistwayTestServers

/// Many promotions at once in one repository: to as many branches, and to one.
struct ManySection {
    let scale: Scale
    /// Number of branches for the git program: it is slow, and a tenth is enough to compute the time for all.
    private var others: Int { max(1, scale.branches / 10) }

    func run(_ table: inout FigureTable) async throws {
        table.begin("Many: \(scale.branches) promotions at once in a repository of 10 000 files")
        let root = try TemporaryFolder("hoistway-git")
        let http = try await GitHTTPServer.start(root: root.path)
        defer { http.stop() }
        FigureTable.progress("seeding")
        let repository = try await SeededRepository.seed(
            "many",
            in: root.path,
            files: 10_000,
            layout: .nested,
            stages: scale.branches + others
        )
        try await branches(repository, http, &table)
        try await oneBranch(repository, http, &table)
    }

    private func branches(
        _ repository: SeededRepository,
        _ http: GitHTTPServer,
        _ table: inout FigureTable
    ) async throws {
        let url = http.url(for: repository.name)
        let promoter = try await Promoter(
            program: scale.hoistway,
            repository: repository,
            url: url,
            stages: repository.branches.prefix(scale.branches).map {
                BenchPipeline.Stage(branch: $0, folder: repository.folder)
            }
        )
        defer { promoter.server.stop() }
        FigureTable.progress("promoting \(scale.branches) branches")
        let cold = try promoter.promote(to: 1)
        let work = try WorkFolder()
        let git = GitProgramBaseline(folder: work.path, url: url, editing: repository.folder)
        try await git.prepareClone()
        FigureTable.progress("the same, and with the git program one by one, in turn")
        var times: [Double] = []
        var baseline: [Double] = []
        var server: [Double] = []
        var pushes = 0
        for round in 0..<scale.largeRounds {
            try await Task.sleep(for: .milliseconds(500))
            let asked = try await http.requests().count
            let before = try await http.pushes()
            let took = try promoter.promote(to: 2 + round)
            let requests = try await http.promotion(after: asked)
            server.append(PromotionTime.server(of: requests))
            times.append(took)
            try await Task.sleep(for: .milliseconds(200))
            pushes = max(pushes, try await http.pushes() - before)
            let branches = Array(repository.branches.suffix(others))
            let other = try await git.keptClone(branches: branches, version: 9_000 + round)
            baseline.append(other * Double(scale.branches) / Double(others))
        }
        let own = Statistics.median(times)
        let other = Statistics.median(baseline)
        let ratios = Spread(zip(times, baseline).map { $1 / $0 })
        table.add(
            Figure(
                "\(scale.branches) stage branches",
                measured: "\(Figure.number(own)) ms",
                baseline: "\(Figure.number(other)) ms persistent clone",
                value: ratios.median,
                bound: .atLeast(floor: 60, goal: 100),
                note: "first time \(Figure.number(cold)) ms; \(pushes) pushes; the server's own time "
                    + "\(Figure.number(Statistics.median(server))) ms; \(ratios.note)"
            )
        )
    }

    private func oneBranch(
        _ repository: SeededRepository,
        _ http: GitHTTPServer,
        _ table: inout FigureTable
    ) async throws {
        let promoter = try await Promoter(
            program: scale.hoistway,
            repository: repository,
            url: http.url(for: repository.name),
            stages: repository.stageFolders.prefix(scale.branches).map {
                BenchPipeline.Stage(branch: SeededRepository.branch, folder: $0)
            }
        )
        defer { promoter.server.stop() }
        FigureTable.progress("promoting \(scale.branches) times to one branch")
        let before = try await http.pushes()
        let start = ContinuousClock.now
        _ = try promoter.promote(to: 1)
        var done = 0
        while done < scale.branches, Stopwatch.milliseconds(since: start) < 30_000 {
            done = try await repository.written(version: 1, below: "envs", at: SeededRepository.branch)
        }
        let took = Stopwatch.milliseconds(since: start)
        try await Task.sleep(for: .milliseconds(500))
        let pushes = try await http.pushes() - before
        table.add(
            Figure(
                "pushes for \(scale.branches) promotions to one branch",
                measured: "\(pushes)",
                baseline: "\(Figure.number(took)) ms at most",
                value: Double(pushes),
                bound: .atMost(floor: 5, goal: 5)
            )
        )
        table.add(
            Figure(
                "promotions that did not arrive",
                measured: "\(scale.branches - done)",
                value: Double(scale.branches - done),
                bound: .atMost(floor: 0, goal: 0)
            )
        )
    }
}
