/// The cost of a delivery with a wrong signature, compared with a good one, and the memory after a flood of them.
struct FloodSection {
    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin("Flood: \(scale.flood) wrongly signed deliveries after as many good ones")
        let server = try HoistwayServer(program: scale.hoistway)
        try await server.start()
        defer { server.stop(with: 9) }
        var load = Load(program: scale.ownProgram)
        FigureTable.progress("\(scale.flood) good deliveries")
        let good = try await load.run(port: server.port, server: server.pid, seconds: 60, limit: scale.flood)
        try await Self.waitForDecisions(server)
        load.secret = "not \(HoistwayServer.secret)"
        let before = ProcessFigures.residentMegabytes(server.pid)
        FigureTable.progress("\(scale.flood) wrongly signed ones")
        let bad = try await load.run(port: server.port, server: server.pid, seconds: 60, limit: scale.flood)
        let after = ProcessFigures.residentMegabytes(server.pid)
        guard good.result.accepted == scale.flood, bad.result.refused == scale.flood else {
            throw BenchFailure.failed(
                "a flood is void",
                detail: "\(good.result.accepted) were accepted, \(bad.result.refused) refused"
            )
        }
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
                note: "\(bad.result.refused) refusals, the first ones that this server sees"
            )
        )
    }

    /// Waits for the decisions on the good ones: they are not part of the refusals' cost.
    private static func waitForDecisions(_ server: HoistwayServer) async throws {
        FigureTable.progress("waiting until they are decided")
        for _ in 0..<600 {
            if server.metric("hoistway_queue_deliveries") == 0 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchFailure.failed("waiting for decisions", detail: server.log)
    }
}
