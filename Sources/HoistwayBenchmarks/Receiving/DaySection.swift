import Foundation
import HoistwayTestServers

/// A day of a busy instance, with a faster clock: memory and files must stay at their size of noon.
///
/// A million webhooks, most for repositories without a subscription; image events among them are promoted. Bodies stay
/// for two hours and deliveries for six, so that by noon as many are removed as arrive.
struct DaySection {
    private static let images = 5
    private static let stages = 10
    /// Versions of each image in a day; promotions and freight stay for two weeks, and nothing else grows.
    private static let versions = 96
    private static let hours = 24.0

    /// The memory and file sizes of the instance at a moment, in MB.
    private struct Sample {
        var own = 0.0
        var database = 0.0
        var log = 0.0
    }

    let scale: Scale

    func run(_ table: inout FigureTable) async throws {
        let pace = Self.hours * 3600 / scale.day.seconds
        table.begin(
            "Day: \(scale.day.deliveries) webhooks in 24 h of a clock that goes \(Figure.number(pace)) times as fast"
        )
        let seeded = try await SeededStages("day", stages: Self.stages, images: Self.images)
        defer { seeded.http.stop() }
        let host = try EmptyHost()
        defer { host.stop() }
        let server = try HoistwayServer(
            program: scale.quickProgram,
            command: ["\(pace)", "serve"],
            pipelines: [seeded.manifests],
            registry: host.port,
            state: ", retention: {age: 2h, history: 6h}"
        )
        try await server.start()
        defer { server.stop(with: 9) }
        let samples = try await day(server, seeded.repository)
        rows(samples, server, &table)
    }

    /// Sends each part at its time; gives a sample after each.
    private func day(_ server: HoistwayServer, _ repository: SeededRepository) async throws -> [Sample] {
        let (deliveries, parts, seconds) = scale.day
        let load = Load(program: scale.ownProgram)
        let start = ContinuousClock.now
        var samples: [Sample] = []
        var version = 0
        for part in 0..<parts {
            let first = deliveries * part / parts
            let count = deliveries * (part + 1) / parts - first
            let sent = try await load.run(
                port: server.port,
                server: server.pid,
                seconds: 60,
                limit: count,
                first: UInt64(first)
            )
            guard sent.result.accepted == count else {
                throw BenchFailure.failed("a part of the day is void", detail: "\(sent.result.accepted) of \(count)")
            }
            let last = Self.versions * (part + 1) / parts
            try server.send(
                (version..<last).flatMap { version in
                    try repository.services.map { try ImageWebhook.request($0.image, version: version + 1) }
                }
            )
            version = last
            let next = start + .seconds(seconds * Double(part + 1) / Double(parts))
            try await Task.sleep(until: next)
            samples.append(try sample(server))
            if (part + 1) % (parts / 4) == 0 {
                let hours = Self.hours * Double(part + 1) / Double(parts)
                FigureTable.progress("\(Figure.number(hours)) h, \(first + count) webhooks")
            }
        }
        let took = Stopwatch.milliseconds(since: start) / 1000
        FigureTable.progress("a day of \(Figure.number(took / seconds * Self.hours)) h")
        return samples
    }

    private func sample(_ server: HoistwayServer) throws -> Sample {
        Sample(
            own: ProcessFigures.residentMegabytes(server.pid, .anonymous),
            database: try Self.megabytes(server.database),
            log: try Self.megabytes(server.database + "-wal")
        )
    }

    private static func megabytes(_ path: String) throws -> Double {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return ((attributes[.size] as? NSNumber)?.doubleValue ?? .nan) / 1e6
    }

    private func rows(_ samples: [Sample], _ server: HoistwayServer, _ table: inout FigureTable) {
        ratio("memory of its own (RssAnon)", samples.map(\.own), &table)
        ratio("database", samples.map(\.database), &table)
        ratio("its log (WAL)", samples.map(\.log), &table)
        let (quick, all) = (Self.slices(below: "0.01", server), Self.slices(below: "+Inf", server))
        let longest = (server.metric("hoistway_store_longest_slice_seconds") ?? .nan) * 1000
        table.add(
            Figure(
                "longest slice of pruning, of the thread that writes",
                measured: "\(Figure.number(longest)) ms",
                value: longest,
                bound: .atMost(floor: 20, goal: 10),
                note: "of \(all) slices \(quick) took 10 ms at most"
            )
        )
        let left = server.metric("hoistway_queue_deliveries") ?? .nan
        table.add(
            Figure(
                "webhooks that wait for a decision at midnight",
                measured: Figure.number(left),
                value: left,
                bound: .atMost(floor: 1_000, goal: 100)
            )
        )
    }

    private static func slices(below bound: String, _ server: HoistwayServer) -> String {
        Figure.number(server.metric("hoistway_store_slice_seconds_bucket{le=\"\(bound)\"}") ?? .nan)
    }

    /// The highest hour of the last quarter, and the hour before noon: each is the median of its samples.
    private func ratio(_ name: String, _ values: [Double], _ table: inout FigureTable) {
        let hour = max(1, values.count / 24)
        func median(upTo end: Int) -> Double { Statistics.median(Array(values[(end - hour)..<end])) }
        let quarters = (1...4).map { median(upTo: values.count * $0 / 4) }
        let noon = quarters[1]
        let highest =
            stride(from: values.count * 3 / 4 + hour, through: values.count, by: hour).map(median).max() ?? .nan
        table.add(
            Figure(
                "\(name), most of the last quarter",
                measured: "\(Figure.number(highest)) MB",
                baseline: "\(Figure.number(noon)) MB at noon",
                value: highest / noon,
                bound: .atMost(floor: 1.1, goal: 1.02),
                note: "at the end of each quarter: " + quarters.map(Figure.number).joined(separator: ", ")
            )
        )
    }
}
