import HoistwayTestServers

/// Far more image events at once than can be decided meanwhile, for five images that ten stages follow.
///
/// The newest version of each image reaches its branches soon after the end of the rush; the older ones are processed
/// afterwards.
struct RushSection {
    private static let images = 5
    private static let stages = 10
    /// Number of requests that are signed and sent together.
    private static let chunk = 2_000
    /// Limits in milliseconds: until the branches have the newest version, and until all events are decided.
    private static let patience = (branches: 600_000.0, rest: 3_600_000.0)

    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin("Rush: \(scale.rush) image events about \(Self.images) images, \(Self.stages) stages")
        let seeded = try await SeededStages("rush", stages: Self.stages, images: Self.images)
        defer { seeded.http.stop() }
        let server = try HoistwayServer(
            program: scale.hoistway,
            pipelines: [seeded.manifests]
        )
        try await server.start()
        defer { server.stop(with: 9) }
        let sending = try Self.send(scale.rush, seeded.repository, server)
        let end = ContinuousClock.now
        let waiting = try Self.undecided(server)
        let took = try await Self.arrival(
            of: scale.rush / Self.images,
            at: seeded.stages,
            seeded.repository,
            server,
            since: end
        )
        let rest = try await Self.decided(server, since: end)
        rows(sending: sending, waiting: waiting, took: took, rest: rest, try Self.stored(server), &table)
    }

    /// Gives the duration in milliseconds; each version is sent for all images, the newest version last.
    private static func send(_ count: Int, _ repository: SeededRepository, _ server: HoistwayServer) throws -> Double {
        var took = 0.0
        for first in stride(from: 0, to: count, by: chunk) {
            let requests = try (first..<min(first + chunk, count)).map { number in
                try ImageWebhook.request(repository.services[number % images].image, version: number / images + 1)
            }
            let start = ContinuousClock.now
            try server.send(requests)
            took += Stopwatch.milliseconds(since: start)
            if first % 50_000 == 0 { FigureTable.progress("\(first + requests.count) events are accepted") }
        }
        return took
    }

    /// Milliseconds until each branch has the version.
    private static func arrival(
        of version: Int,
        at stages: [BenchPipeline.Stage],
        _ repository: SeededRepository,
        _ server: HoistwayServer,
        since start: ContinuousClock.Instant
    ) async throws -> Double {
        var missing = stages
        while true {
            var left: [BenchPipeline.Stage] = []
            for stage in missing
            where try await repository.written(version: version, below: stage.folder, at: stage.branch) == 0 {
                left.append(stage)
            }
            let took = Stopwatch.milliseconds(since: start)
            if left.isEmpty { return took }
            guard took < patience.branches else {
                throw BenchFailure.failed(
                    "waiting for version \(version)",
                    detail: "\(left.count) branches do not hold it; \(server.log.suffix(600))"
                )
            }
            missing = left
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Milliseconds until no decision is left.
    private static func decided(_ server: HoistwayServer, since start: ContinuousClock.Instant) async throws -> Double {
        while try undecided(server) > 0 {
            guard Stopwatch.milliseconds(since: start) < patience.rest else {
                throw BenchFailure.failed("waiting for decisions", detail: "some are left")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return Stopwatch.milliseconds(since: start)
    }

    private static func undecided(_ server: HoistwayServer) throws -> Double {
        try SQLiteFile(server.database).number("SELECT count(*) FROM deliveries WHERE state < 2")
    }

    private static func stored(_ server: HoistwayServer) throws -> Double {
        try SQLiteFile(server.database).number("SELECT count(*) FROM deliveries WHERE state = 2")
    }

    private func rows(
        sending: Double,
        waiting: Double,
        took: Double,
        rest: Double,
        _ decided: Double,
        _ table: inout FigureTable
    ) {
        table.add(
            Figure(
                "newest version of each subscription reaches its branches",
                measured: "\(Figure.number(took / 1000)) s after the end",
                value: took / 1000,
                bound: .atMost(floor: 60, goal: 10),
                note:
                    "\(Figure.number(Double(scale.rush) / sending * 1000)) events a second accepted; \(Figure.number(waiting)) waited"
            )
        )
        table.add(
            Figure(
                "all older ones are decided",
                measured: "\(Figure.number(rest / 1000)) s after the end",
                note: "\(Figure.number(waiting / rest * 1000)) a second"
            )
        )
        let lost = Double(scale.rush) - decided
        table.add(
            Figure(
                "events without a decision",
                measured: Figure.number(lost),
                value: abs(lost),
                bound: .atMost(floor: 0, goal: 0)
            )
        )
    }
}
