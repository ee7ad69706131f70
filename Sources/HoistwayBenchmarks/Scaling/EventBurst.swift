import Foundation

/// Image events that are sent as fast as they are accepted, until the last one is decided.
struct EventBurst {
    /// Decisions per second, from the moment before the first event.
    var perSecond: Double

    init(_ count: Int, to scaled: ScaledServer, projects: Int) throws {
        let requests = try scaled.events(count, projects: projects)
        let file = try SQLiteFile(scaled.server.database)
        let start = ContinuousClock.now
        try scaled.server.send(requests)
        while try file.number("SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state < 2 LIMIT 1)") > 0 {
            guard Stopwatch.milliseconds(since: start) < 600_000 else {
                throw BenchFailure.failed(
                    "waiting for \(count) decisions",
                    detail: String(scaled.server.log.suffix(600))
                )
            }
            usleep(2_000)
        }
        perSecond = Double(count) / (Stopwatch.milliseconds(since: start) / 1000)
    }
}
