import Foundation

/// Open pages: how soon one shows the change of a webhook, and the cost of twenty of them for the server and its
/// receiver.
struct LiveSection {
    private static let pages = 20
    /// Each has several of the pages: the server allows ten sign-ins a minute, and eight streams for a session.
    private static let browsers = 4
    private static let eventsPerSecond = 50
    private static let path = "/projects/fan"

    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin(
            "Live: pipeline pages of \(PageShapes.count) stages; each event makes freight that the first stage takes"
        )
        let server = try HoistwayServer(
            program: scale.hoistway,
            pipelines: PageShapes.allCases.map(\.manifests) + [Self.policy]
        )
        FigureTable.progress("seeding")
        try await SeededPages.seed(server, tokens: Self.browsers)
        try await server.start()
        defer { server.stop() }
        try await HoistwayServer.wait(for: server.consolePort, of: server.child)
        try delay(server, &table)
        let alone = try await events(server, from: 10_000)
        let browsers = try (1...Self.browsers).map {
            try PlainBrowser(port: server.consolePort, token: SeededPages.token($0))
        }
        let pages = try (0..<Self.pages).map { try LivePage(browsers[$0 % browsers.count], path: Self.path) }
        for page in pages { try page.start() }
        let beside = try await events(server, from: 20_000)
        for page in pages { page.stop() }
        costs(alone, beside, fetches: pages.map(\.fetches).reduce(0, +), &table)
    }

    /// The first stage promotes new freight automatically.
    private static let policy = """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: ProjectConfig
        metadata: {name: fan, namespace: fan}
        spec: {promotionPolicies: [{stageSelector: {name: \(PageShapes.stage(0))}, autoPromotionEnabled: true}]}

        """

    private func delay(_ server: HoistwayServer, _ table: inout FigureTable) throws {
        FigureTable.progress("one page")
        let browser = try PlainBrowser(port: server.consolePort, token: SeededPages.token(1))
        let page = try LivePage(browser, path: Self.path)
        try page.start()
        defer { page.stop() }
        var times: [Double] = []
        for version in 1001...(1000 + scale.rounds * 10) {
            let start = ContinuousClock.now
            try server.send([try ImageWebhook.request("127.0.0.1:1/fan", version: version)])
            guard let shown = page.shown("1.0.\(version)") else {
                throw BenchFailure.failed("waiting for a page to show 1.0.\(version)", detail: server.log)
            }
            let parts = (shown - start).components
            times.append(Double(parts.seconds) * 1e3 + Double(parts.attoseconds) / 1e15)
            // The page fetches at most every half second; the measurement is about the first change after a pause.
            usleep(600_000)
        }
        times.sort()
        for (name, share) in [("median", 0.5), ("p99", 0.99)] {
            let time = Statistics.percentile(times, share)
            table.add(
                Figure(
                    "webhook to the changed part, \(name)",
                    measured: "\(Figure.number(time)) ms",
                    value: time,
                    bound: .atMost(floor: 1000, goal: 200),
                    note: "of \(times.count), from the webhook's first byte until the page has the part"
                )
            )
        }
    }

    private struct Outcome {
        /// Milliseconds until the answer to each webhook, shortest first.
        var answers: [Double]
        /// Milliseconds of processor time.
        var processor: Double
        var seconds: Double
    }

    private func events(_ server: HoistwayServer, from version: Int) async throws -> Outcome {
        FigureTable.progress("\(Self.eventsPerSecond) events a second for \(Figure.number(scale.seconds * 4)) s")
        let requests = try (0..<Int(scale.seconds * 4) * Self.eventsPerSecond).map {
            try ImageWebhook.request("127.0.0.1:1/fan", version: version + $0)
        }
        let processor = ProcessFigures.processorMilliseconds(server.pid)
        let start = ContinuousClock.now
        var answers: [Double] = []
        for (index, request) in requests.enumerated() {
            let due = start + .milliseconds(1000 * index / Self.eventsPerSecond)
            if due > .now { try await Task.sleep(until: due) }
            let sent = ContinuousClock.now
            try server.send([request])
            answers.append(Stopwatch.milliseconds(since: sent))
        }
        return Outcome(
            answers: answers.sorted(),
            processor: ProcessFigures.processorMilliseconds(server.pid) - processor,
            seconds: Stopwatch.milliseconds(since: start) / 1000
        )
    }

    private func costs(_ alone: Outcome, _ beside: Outcome, fetches: Int, _ table: inout FigureTable) {
        let without = alone.processor / alone.seconds / 10
        let with = beside.processor / beside.seconds / 10
        table.add(
            Figure(
                "processor time of \(Self.pages) pages",
                measured: "\(Figure.number(with - without)) % of a core",
                baseline: "\(Figure.number(without)) % without",
                value: with - without,
                bound: .atMost(floor: 20, goal: 10),
                note: "\(fetches) requests for parts in \(Figure.number(beside.seconds)) s"
            )
        )
        let (before, now) = (Statistics.percentile(alone.answers, 0.99), Statistics.percentile(beside.answers, 0.99))
        table.add(
            Figure(
                "p99 of webhooks' answers beside them",
                measured: "\(Figure.number(now)) ms",
                baseline: "\(Figure.number(before)) ms without",
                value: now / max(before, 0.001),
                bound: .atMost(floor: 3, goal: 1.5),
                note: "of \(beside.answers.count)"
            )
        )
    }
}
