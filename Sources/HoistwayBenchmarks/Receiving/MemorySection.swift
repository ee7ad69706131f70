/// The memory of the program while it is saturated.
struct MemorySection {
    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin("Memory: saturated for \(Figure.number(scale.memorySeconds)) s")
        FigureTable.progress("saturating for \(Figure.number(scale.memorySeconds)) s")
        let server = try HoistwayServer(program: scale.hoistway)
        try await server.start()
        defer { server.stop(with: 9) }
        let atStart = ProcessFigures.residentMegabytes(server.pid)
        let ownAtStart = ProcessFigures.residentMegabytes(server.pid, .anonymous)
        let filesAtStart = ProcessFigures.residentMegabytes(server.pid, .files)
        let outcome = try await Load(program: scale.ownProgram).run(
            port: server.port,
            server: server.pid,
            seconds: scale.memorySeconds,
            limit: Int(scale.memorySeconds * 40_000)
        )
        let resident = outcome.resident
        let last = resident.last(where: { $0 > 0 }) ?? 0
        let settled = resident.count > scale.settledSecond ? resident[scale.settledSecond] : last
        table.add(
            Figure(
                "RSS of serve when saturated",
                measured: "\(Figure.number(last)) MB",
                baseline: "\(Figure.number(atStart)) MB at the start",
                value: last,
                bound: .atMost(floor: 45, goal: 35),
                note: "\(outcome.result.accepted) deliveries, \(Figure.number(outcome.result.rate)) a second"
            )
        )
        let own = ProcessFigures.residentMegabytes(server.pid, .anonymous)
        table.add(
            Figure(
                "of that, memory of its own (RssAnon)",
                measured: "\(Figure.number(own)) MB",
                baseline: "\(Figure.number(ownAtStart)) MB at the start"
            )
        )
        table.add(
            Figure(
                "of that, pages of files (RssFile)",
                measured: "\(Figure.number(ProcessFigures.residentMegabytes(server.pid, .files))) MB",
                baseline: "\(Figure.number(filesAtStart)) MB at the start",
                note: "the program's code for the most part; the kernel can drop them"
            )
        )
        table.add(
            Figure(
                "growth after \(scale.settledSecond) s",
                measured: "\(Figure.number(last - settled)) MB",
                baseline: "\(Figure.number(settled)) MB then",
                value: max(0, last - settled),
                bound: .atMost(floor: 8, goal: 4)
            )
        )
    }
}
