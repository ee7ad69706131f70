/// What a wrongly signed delivery costs beside a good one, and what a flood of them leaves behind.
struct FloodSection {
    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin("Flood: wrongly signed deliveries for \(Figure.number(scale.seconds)) s")
        let server = try HoistwayServer(program: scale.hoistway)
        try await server.start()
        defer { server.stop(with: 9) }
        var load = Load(program: scale.ownProgram)
        FigureTable.progress("good deliveries for \(Figure.number(scale.seconds)) s")
        let limit = Int(scale.seconds * 40_000)
        let good = try await load.run(port: server.port, server: server.pid, seconds: scale.seconds, limit: limit)
        load.secret = "not \(HoistwayServer.secret)"
        // The first refusals fill what is kept of them.
        _ = try await load.run(port: server.port, server: server.pid, seconds: 1, limit: 2000)
        let before = ProcessFigures.residentMegabytes(server.pid)
        FigureTable.progress("wrongly signed ones for \(Figure.number(scale.seconds)) s")
        let bad = try await load.run(port: server.port, server: server.pid, seconds: scale.seconds, limit: limit)
        let after = ProcessFigures.residentMegabytes(server.pid)
        table.add(
            Figure(
                "processor time of a refusal",
                measured: "\(Figure.number(bad.serverMicroseconds)) µs",
                baseline: "\(Figure.number(good.serverMicroseconds)) µs for a good one",
                value: bad.serverMicroseconds / max(0.001, good.serverMicroseconds),
                bound: .atMost(floor: 1, goal: 0.5),
                note: "\(Figure.number(bad.result.refusalRate)) refusals a second"
            )
        )
        table.add(
            Figure(
                "RSS of serve after the flood",
                measured: "\(Figure.number(after)) MB",
                baseline: "\(Figure.number(before)) MB before",
                value: max(0, after - before),
                bound: .atMost(floor: 4, goal: 1),
                note: "\(bad.result.refused) refusals"
            )
        )
    }
}
