/// The same pages of two instances of different sizes.
struct PageRounds {
    /// Milliseconds from the request to the last byte, as a median.
    struct Outcome {
        var overview: Double
        /// The page of one project.
        var pipeline: Double
    }

    struct Round {
        var small: Outcome
        var large: Outcome
    }

    let scale: Scale

    /// The instances stay the same, since reading pages changes nothing.
    func rounds() async throws -> [Round] {
        let small = try await started(stages: scale.scaling.pages)
        defer { small.stop() }
        let large = try await started(stages: scale.scaling.large)
        defer { large.stop() }
        let (first, second) = (try browser(small), try browser(large))
        return try (1...scale.scaling.rounds).map { number in
            FigureTable.progress("pages, round \(number) of \(scale.scaling.rounds)")
            return Round(small: try outcome(first), large: try outcome(second))
        }
    }

    private func started(stages: Int) async throws -> ScaledServer {
        let scaled = try ScaledServer(program: scale.hoistway, stages: stages)
        try await scaled.start()
        try await scaled.settle()
        return scaled
    }

    private func browser(_ scaled: ScaledServer) throws -> PlainBrowser {
        try PlainBrowser(port: scaled.server.consolePort, token: try scaled.token())
    }

    private func outcome(_ browser: PlainBrowser) throws -> Outcome {
        Outcome(
            overview: try time("/", browser),
            pipeline: try time("/projects/\(ScaledPipelines.project(0))", browser)
        )
    }

    private func time(_ path: String, _ browser: PlainBrowser) throws -> Double {
        var times: [Double] = []
        for _ in 0..<scale.scaling.listings {
            let start = ContinuousClock.now
            _ = try browser.get(path)
            times.append(Stopwatch.milliseconds(since: start))
        }
        return Statistics.median(times)
    }
}
