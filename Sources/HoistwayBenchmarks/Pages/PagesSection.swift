import Foundation

/// Pages of the dashboard over pipelines of 600 stages with 500 pieces of freight: request to last byte, bytes, elements.
struct PagesSection {
    /// The limits of a page.
    private static let maxMilliseconds = 200.0
    private static let maxCompressed = 150.0 * 1024
    private static let maxElements = 8_000.0

    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        table.begin("Pages: 4 projects of \(PageShapes.count) stages, \(SeededPages.freight) pieces of freight each")
        let server = try HoistwayServer(
            program: scale.hoistway,
            pipelines: PageShapes.allCases.map(\.manifests)
        )
        FigureTable.progress("seeding")
        try await SeededPages.seed(server)
        try await server.start()
        defer { server.stop() }
        try await HoistwayServer.wait(for: server.consolePort, of: server.child)
        let browser = try PlainBrowser(port: server.consolePort, token: SeededPages.token(1))
        for shape in PageShapes.allCases {
            try graph(of: shape, browser, &table)
        }
        try page("overview, 4 of 4 projects", "/", browser, &table)
        try page("a stage", "/projects/fan/stages/s0001", browser, &table)
        let newest = SeededPages.id(SeededPages.freight)
        try page("chosen freight, 600 stages", "/projects/layers?freight=\(newest)", browser, &table)
    }

    private func graph(of shape: PageShapes, _ browser: PlainBrowser, _ table: inout FigureTable) throws {
        try page("pipeline, \(shape.title)", "/projects/\(shape.rawValue)", browser, &table, isKept: false)
        let page = try browser.get("/projects/\(shape.rawValue)").text
        let groups = page.components(separatedBy: "data-card=\"g/").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        guard !groups.isEmpty else { return }
        let open = groups.flatMap { group in [group] + (1...6).map { "\(group):\($0)" } }.prefix(50)
        let query = open.map { "open=\($0)" }.joined(separator: "&")
        try self.page("  with its groups open", "/projects/\(shape.rawValue)?\(query)", browser, &table, isKept: false)
    }

    /// - Parameter isKept: `false`: another URL each time, so that no earlier drawing is reused.
    private func page(
        _ name: String,
        _ path: String,
        _ browser: PlainBrowser,
        _ table: inout FigureTable,
        isKept: Bool = true
    ) throws {
        var times: [Double] = []
        var body = ""
        for round in 0..<(scale.rounds * 5) {
            let separator = path.contains("?") ? "&" : "?"
            let own = isKept ? path : "\(path)\(separator)open=none-\(round)"
            let start = ContinuousClock.now
            body = try browser.get(own).text
            times.append(Stopwatch.milliseconds(since: start))
        }
        let compressed = try Gzip.size(of: body)
        let elements = Self.elements(body)
        let time = Statistics.median(times)
        let worst = max(
            time / Self.maxMilliseconds,
            Double(compressed) / Self.maxCompressed,
            Double(elements) / Self.maxElements
        )
        table.add(
            Figure(
                name,
                measured: "\(Figure.number(time)) ms",
                baseline: "\(body.utf8.count / 1024) kB, \(compressed / 1024) kB gzip",
                value: worst,
                bound: .atMost(floor: 1, goal: 0.5),
                note: "\(elements) elements; ratio to 200 ms, 150 kB, 8000 elements"
            )
        )
    }

    private static func elements(_ text: String) -> Int {
        let bytes = Array(text.utf8)
        return zip(bytes, bytes.dropFirst()).count { $0 == UInt8(ascii: "<") && (0x61...0x7A).contains($1) }
    }
}
