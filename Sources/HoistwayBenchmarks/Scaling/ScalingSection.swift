/// Costs that grow with stages, freight and history: each row is a ratio of two sizes, or a time with an upper limit.
struct ScalingSection {
    let scale: Scale
    /// An earlier version of the program.
    let former: String?

    private var sizes: ScalingSizes { scale.scaling }

    func run(_ table: inout FigureTable) async throws {
        table.begin("Scaling: one project has \(ScaledPipelines.stagesOfProject) stages, a warehouse and an image")
        try await stages(&table)
        try await pages(&table)
        try await freight(&table)
        try await checks(&table)
        try await history(&table)
        try await state(&table)
        try await idle(&table)
    }

    // MARK: Stages

    private func stages(_ table: inout FigureTable) async throws {
        let rounds = SizeRounds(scale: scale, former: former)
        let found = try await steady(rounds.rounds) { rounds in
            [
                Spread(rounds.map(Self.cost)), Spread(rounds.map(Self.delay)), Spread(rounds.map(Self.listing)),
                Spread(rounds.map(Self.rate)),
            ]
        }
        func median(_ pick: (SizeRounds.Round) -> Double) -> String {
            Figure.number(Statistics.median(found.map(pick)))
        }
        ratio(
            "processor time of an event, \(sizes.medium) stages",
            "\(median { $0.medium.lone.milliseconds }) ms",
            "\(median { $0.small.lone.milliseconds }) ms, \(sizes.small)",
            Spread(found.map(Self.cost)),
            .atMost(floor: 1.5, goal: 1.1),
            &table
        )
        ratio(
            "event to decision, median, \(sizes.large) stages",
            "\(median { Self.median($0.large.lone) }) ms",
            "\(median { Self.median($0.small.lone) }) ms, \(sizes.small)",
            Spread(found.map(Self.delay)),
            .atMost(floor: 2, goal: 1.2),
            &table
        )
        ratio(
            "GET /stages?project=p, \(sizes.large) stages",
            "\(median(\.large.listing)) ms",
            "\(median(\.small.listing)) ms, \(sizes.small)",
            Spread(found.map(Self.listing)),
            .atMost(floor: 2, goal: 1.2),
            &table
        )
        ratio(
            "events decided a second, \(sizes.medium) stages",
            median(\.medium.perSecond),
            "\(median(\.small.perSecond)), \(sizes.small)",
            Spread(found.map(Self.rate)),
            .atLeast(floor: 0.7, goal: 0.9),
            &table
        )
        ceilings(found, &table)
    }

    /// Absolute limits: where the small case is slow, the ratio looks good.
    private func ceilings(_ found: [SizeRounds.Round], _ table: inout FigureTable) {
        let cost = Statistics.median(found.map(\.medium.lone.milliseconds))
        table.add(
            Figure(
                "ceiling: an event, \(sizes.medium) stages",
                measured: "\(Figure.number(cost)) ms of processor",
                value: cost,
                bound: .atMost(floor: 1.5, goal: 1.5),
                note: "\(found.count * sizes.lone) events at most"
            )
        )
        let delay = Statistics.median(found.map { Self.median($0.large.lone) })
        table.add(
            Figure(
                "ceiling: to the decision, \(sizes.large) stages",
                measured: "\(Figure.number(delay)) ms",
                value: delay,
                bound: .atMost(floor: 10, goal: 10)
            )
        )
        let resident = Statistics.median(found.map(\.medium.resident))
        table.add(
            Figure(
                "RSS, \(sizes.medium) stages, after the events",
                measured: "\(Figure.number(resident)) MB",
                value: resident,
                bound: .atMost(floor: 120, goal: 80),
                note: "\(sizes.lone) events one at a time, \(sizes.burst) at once"
            )
        )
        let pairs = found.compactMap { round in round.former.map { (round.small.lone, $0) } }
        guard !pairs.isEmpty else { return }
        let spread = Spread(pairs.map { $0.0.milliseconds / $0.1.milliseconds })
        let before = Statistics.median(pairs.map(\.1.milliseconds))
        ratio(
            "processor time of an event, \(sizes.small) stages",
            "\(Figure.number(Statistics.median(pairs.map(\.0.milliseconds)))) ms",
            "\(Figure.number(before)) ms, earlier version",
            spread,
            .atMost(floor: 1, goal: 0.8),
            &table
        )
    }

    private static func cost(_ round: SizeRounds.Round) -> Double {
        round.medium.lone.milliseconds / round.small.lone.milliseconds
    }

    private static func delay(_ round: SizeRounds.Round) -> Double {
        median(round.large.lone) / median(round.small.lone)
    }

    private static func median(_ lone: LoneEvents) -> Double { Statistics.percentile(lone.delays, 0.5) }

    private static func listing(_ round: SizeRounds.Round) -> Double { round.large.listing / round.small.listing }

    private static func rate(_ round: SizeRounds.Round) -> Double { round.medium.perSecond / round.small.perSecond }

    // MARK: Pages

    private func pages(_ table: inout FigureTable) async throws {
        let rounds = try await PageRounds(scale: scale).rounds()
        for (name, pick) in [("overview", \PageRounds.Outcome.overview), ("pipeline page", \.pipeline)] {
            let large = Statistics.median(rounds.map { $0.large[keyPath: pick] })
            let small = Statistics.median(rounds.map { $0.small[keyPath: pick] })
            ratio(
                "\(name), \(sizes.large) stages",
                "\(Figure.number(large)) ms",
                "\(Figure.number(small)) ms, \(sizes.pages)",
                Spread(rounds.map { $0.large[keyPath: pick] / $0.small[keyPath: pick] }),
                .atMost(floor: 1.5, goal: 1.1),
                &table
            )
        }
    }

    // MARK: Freight

    private func freight(_ table: inout FigureTable) async throws {
        let rounds = FreightRounds(scale: scale)
        let found = try await steady(rounds.rounds) { [Spread($0.map { $0.much / $0.few })] }
        ratio(
            "processor time of an event, \(sizes.muchFreight) freight",
            "\(Figure.number(Statistics.median(found.map(\.much)))) ms",
            "\(Figure.number(Statistics.median(found.map(\.few)))) ms, \(sizes.fewFreight)",
            Spread(found.map { $0.much / $0.few }),
            .atMost(floor: 1.5, goal: 1.1),
            &table
        )
    }

    // MARK: Times

    private func checks(_ table: inout FigureTable) async throws {
        let times = Spread(try await CheckTimes(scale: scale).seconds())
        table.add(
            Figure(
                "check, \(sizes.large) stages",
                measured: "\(Figure.number(times.median)) s",
                value: times.median,
                bound: .atMost(floor: 3, goal: 1.5),
                note: times.note
            )
        )
    }

    private func history(_ table: inout FigureTable) async throws {
        let starts = try await HistoryStarts(scale: scale).starts()
        let size = sizes.history
        let ready = Spread(starts.map { $0.ready / 1000 })
        let answered = Spread(starts.map(\.answered))
        let what = "\(size.freight) freight, \(size.promotions) promotions, \(size.deliveries) deliveries"
        table.add(
            Figure(
                "start to ready, long history",
                measured: "\(Figure.number(ready.median)) s",
                value: ready.median,
                bound: .atMost(floor: 5, goal: 2),
                note: "\(sizes.large) stages, \(what); \(ready.note)"
            )
        )
        table.add(
            Figure(
                "start to the first 202, long history",
                measured: "\(Figure.number(answered.median)) ms",
                value: answered.median,
                bound: .atMost(floor: 100, goal: 50),
                note: answered.note
            )
        )
    }

    private func state(_ table: inout FigureTable) async throws {
        let figures = try await StateMemory(size: sizes.history, stages: sizes.large).figures()
        table.add(
            Figure(
                "loading the state of a long history",
                measured: "\(Figure.number(figures.seconds)) s",
                note: "a part of the start to ready: all but manifests and deliveries"
            )
        )
        table.add(
            Figure("memory of an ended promotion", measured: "\(Figure.number(figures.perPromotion)) bytes of RssAnon")
        )
        for (what, bytes, most) in [("a stage", figures.perStage, 8_192.0), ("freight", figures.perFreight, 2_048)] {
            table.add(
                Figure(
                    "memory of \(what)",
                    measured: "\(Figure.number(bytes)) bytes of RssAnon",
                    value: bytes,
                    bound: .atMost(floor: most, goal: most),
                    note: what == "a stage" ? "its record, with ten pieces of freight" : ""
                )
            )
        }
    }

    private func idle(_ table: inout FigureTable) async throws {
        let scaled = try ScaledServer(program: scale.hoistway, stages: sizes.small)
        defer { scaled.stop() }
        try await scaled.start()
        try await scaled.settle()
        // The pages of the start are released five seconds after it.
        try await Task.sleep(for: .seconds(8))
        let pid = scaled.server.pid
        let resident = ProcessFigures.residentMegabytes(pid)
        let own = ProcessFigures.residentMegabytes(pid, .anonymous)
        let file = ProcessFigures.residentMegabytes(pid, .files)
        table.add(
            Figure(
                "RSS, idle, \(sizes.small) stages",
                measured: "\(Figure.number(resident)) MB",
                value: resident,
                bound: .atMost(floor: 40, goal: 30),
                note: "RssAnon \(Figure.number(own)) MB, RssFile \(Figure.number(file)) MB"
            )
        )
    }

    // MARK: Rows

    /// The result of `measure`; a second one where a row is not steady, and then the steadier of the two.
    private func steady<Round>(
        _ measure: () async throws -> [Round],
        _ spreads: ([Round]) -> [Spread]
    ) async throws -> [Round] {
        func worst(_ rounds: [Round]) -> Double { spreads(rounds).map(\.share).max() ?? 0 }
        let first = try await measure()
        guard worst(first) > Spread.most else { return first }
        FigureTable.progress("a row is not steady: once more")
        let second = try await measure()
        return worst(second) < worst(first) ? second : first
    }

    private func ratio(
        _ name: String,
        _ measured: String,
        _ baseline: String,
        _ ratios: Spread,
        _ bound: Figure.Bound,
        _ table: inout FigureTable
    ) {
        table.add(
            Figure(
                name,
                measured: measured,
                baseline: baseline,
                value: ratios.median,
                bound: bound,
                note: ratios.note
            )
        )
    }
}
