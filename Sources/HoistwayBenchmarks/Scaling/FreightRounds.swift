/// The same load on two instances with different amounts of freight.
struct FreightRounds {
    /// Processor time of an event, in milliseconds.
    struct Round {
        var few: Double
        var much: Double
    }

    /// The projects that have freight, and get the events.
    private static let projects = 5

    let scale: Scale

    func rounds() async throws -> [Round] {
        var rounds: [Round] = []
        for number in 1...scale.scaling.rounds {
            FigureTable.progress("freight, round \(number) of \(scale.scaling.rounds)")
            rounds.append(
                Round(
                    few: try await cost(freight: scale.scaling.fewFreight),
                    much: try await cost(freight: scale.scaling.muchFreight)
                )
            )
        }
        return rounds
    }

    private func cost(freight: Int) async throws -> Double {
        let scaled = try ScaledServer(program: scale.hoistway, stages: scale.scaling.small)
        defer { scaled.stop() }
        let history = try SeededHistory(scaled.server.database)
        try await history.addFreight(freight, of: scaled.pipelines, projects: Self.projects)
        history.close()
        try await scaled.start()
        try await scaled.settle()
        return try LoneEvents(
            scale.scaling.lone,
            to: scaled,
            projects: Self.projects,
            within: scale.scaling.loneSeconds
        ).milliseconds
    }
}
