/// The cost of an instance without work.
struct IdleSection {
    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin("Idle: nothing comes in for \(scale.idle.seconds) s")
        for stages in [90, 6_000] {
            let server = try ScaledServer(program: scale.hoistway, stages: stages)
            try await server.start()
            defer { server.stop() }
            // Looks at thousands of warehouses and branches take minutes, with pauses between them.
            FigureTable.progress("\(stages) stages come to rest")
            try await Task.sleep(for: .seconds(scale.idle.rest))
            try await server.settle()
            let pid = server.server.pid
            let before = (ProcessFigures.processorMilliseconds(pid), ProcessFigures.wakeUps(pid))
            try await Task.sleep(for: .seconds(scale.idle.seconds))
            let minutes = Double(scale.idle.seconds) / 60
            let used = (ProcessFigures.processorMilliseconds(pid) - before.0) / minutes
            let woken = Double(ProcessFigures.wakeUps(pid) - before.1) / minutes
            table.add(
                Figure(
                    "processor time of a minute, \(stages) stages",
                    measured: "\(Figure.number(used)) ms",
                    value: used,
                    bound: .atMost(floor: 60, goal: 15),
                    note: "threads were woken \(Figure.number(woken)) times"
                )
            )
        }
    }
}
