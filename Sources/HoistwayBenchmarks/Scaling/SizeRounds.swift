/// The same load on instances of 90, 6,000 and 15,000 stages, in turn.
struct SizeRounds {
    /// The result of one instance in one round.
    struct Outcome {
        var lone: LoneEvents
        /// The list of one project's stages through the API; in milliseconds.
        var listing: Double
        /// 0 where there was no burst.
        var perSecond = 0.0
        /// After the burst; in MB.
        var resident = 0.0
    }

    /// One round.
    struct Round {
        var small: Outcome
        var medium: Outcome
        var large: Outcome
        /// The small size with an earlier version of the program, if there is one.
        var former: LoneEvents?
    }

    let scale: Scale
    /// An earlier version of the program.
    let former: String?

    func rounds() async throws -> [Round] {
        var rounds: [Round] = []
        for number in 1...scale.scaling.rounds {
            FigureTable.progress("sizes, round \(number) of \(scale.scaling.rounds)")
            rounds.append(
                Round(
                    small: try await outcome(stages: scale.scaling.small, burst: true),
                    medium: try await outcome(stages: scale.scaling.medium, burst: true),
                    large: try await outcome(stages: scale.scaling.large, burst: false),
                    former: try await formerEvents()
                )
            )
        }
        return rounds
    }

    private func outcome(stages: Int, burst: Bool) async throws -> Outcome {
        let scaled = try ScaledServer(program: scale.hoistway, stages: stages)
        defer { scaled.stop() }
        try await scaled.start()
        try await scaled.settle()
        var outcome = Outcome(lone: try loneEvents(scaled), listing: try listing(scaled))
        guard burst else { return outcome }
        outcome.perSecond = try EventBurst(scale.scaling.burst, to: scaled, projects: projects).perSecond
        outcome.resident = ProcessFigures.residentMegabytes(scaled.server.pid)
        return outcome
    }

    private func formerEvents() async throws -> LoneEvents? {
        guard let former else { return nil }
        let scaled = try ScaledServer(program: former, stages: scale.scaling.small)
        defer { scaled.stop() }
        try await scaled.start()
        try await scaled.settle()
        return try loneEvents(scaled)
    }

    /// The number of projects in the smallest instance, so that all warehouses get the same number of versions.
    private var projects: Int { scale.scaling.small / ScaledPipelines.stagesOfProject }

    private func loneEvents(_ scaled: ScaledServer) throws -> LoneEvents {
        try LoneEvents(scale.scaling.lone, to: scaled, projects: projects, within: scale.scaling.loneSeconds)
    }

    /// As a median.
    private func listing(_ scaled: ScaledServer) throws -> Double {
        var times: [Double] = []
        for number in 0..<scale.scaling.listings {
            let path = "/api/v1/stages?project=\(ScaledPipelines.project(number % projects))"
            let start = ContinuousClock.now
            _ = try scaled.get(path)
            times.append(Stopwatch.milliseconds(since: start))
        }
        return Statistics.median(times)
    }
}
