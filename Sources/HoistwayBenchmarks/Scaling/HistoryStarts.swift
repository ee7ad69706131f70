import Foundation
import HoistwayTestServers

/// Starts of the large instance with its whole history.
struct HistoryStarts {
    /// Milliseconds from the start of the program.
    struct Start {
        var answered: Double
        var ready: Double
    }

    let scale: Scale

    func starts() async throws -> [Start] {
        let scaled = try ScaledServer(program: scale.hoistway, stages: scale.scaling.large)
        defer { scaled.stop() }
        try await seed(scaled)
        let pushes = try SignedPushes(
            count: scale.scaling.starts + 1,
            first: 0,
            path: HoistwayServer.path,
            secret: HoistwayServer.secret,
            closes: true
        )
        // Not measured: only a first start does some of its work.
        _ = try await start(scaled, pushes.request(scale.scaling.starts))
        var starts: [Start] = []
        for number in 0..<scale.scaling.starts {
            FigureTable.progress("start with a long history, \(number + 1) of \(scale.scaling.starts)")
            starts.append(try await start(scaled, pushes.request(number)))
        }
        return starts
    }

    private func seed(_ scaled: ScaledServer) async throws {
        let size = scale.scaling.history
        FigureTable.progress("seeding \(size.deliveries) deliveries and \(size.promotions) promotions")
        let projects = scaled.pipelines.projects
        let history = try SeededHistory(scaled.server.database)
        defer { history.close() }
        try await history.addFreight(size.freight, of: scaled.pipelines, projects: projects)
        try await history.addStages(projects: projects)
        try await history.addPromotions(size.promotions, freight: size.freight, projects: projects)
        try await history.addDeliveries(size.deliveries)
    }

    private func start(_ scaled: ScaledServer, _ request: [UInt8]) async throws -> Start {
        let start = ContinuousClock.now
        let port = scaled.server.port
        let answer = Task.detached {
            var answer: LoopbackRequest.Answer?
            while answer == nil, Stopwatch.milliseconds(since: start) < 300_000 {
                answer = LoopbackRequest.send(request, to: port)
                if answer == nil { usleep(500) }
            }
            return (answer, Stopwatch.milliseconds(since: start))
        }
        let ready = try await scaled.start()
        let (first, answered) = await answer.value
        guard first?.status == 202 else {
            throw BenchFailure.failed("the first delivery", detail: first?.text ?? scaled.server.log)
        }
        scaled.server.stop()
        return Start(answered: answered, ready: ready)
    }
}
