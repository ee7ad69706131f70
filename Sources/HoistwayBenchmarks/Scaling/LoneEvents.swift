import Foundation
import HoistwayModel

/// Image events one at a time, each after the decision on the one before: the cost of an event that shares nothing.
struct LoneEvents {
    /// Processor time of the server for each event.
    var milliseconds: Double
    /// From the stored time of receipt to the moment when the decision is seen in the database, sorted; in
    /// milliseconds.
    var delays: [Double]

    /// - Parameter seconds: time after which no further event is sent.
    init(_ count: Int, to scaled: ScaledServer, projects: Int, within seconds: Double) throws {
        let requests = try scaled.events(count, projects: projects)
        let file = try SQLiteFile(scaled.server.database)
        var delays: [Double] = []
        let before = ProcessFigures.processorMilliseconds(scaled.server.pid)
        let start = ContinuousClock.now
        for request in requests where Stopwatch.milliseconds(since: start) < seconds * 1000 {
            try scaled.server.send([request])
            delays.append(try Self.delay(file, scaled.server))
        }
        milliseconds = (ProcessFigures.processorMilliseconds(scaled.server.pid) - before) / Double(delays.count)
        self.delays = delays.sorted()
    }

    private static func delay(_ file: SQLiteFile, _ server: HoistwayServer) throws -> Double {
        for _ in 0..<60_000 {
            let rows = try file.rows("SELECT state, received_at FROM deliveries ORDER BY id DESC LIMIT 1")
            guard case (.integer(let state)?, .integer(let received)?) = (rows.first?.first, rows.first?.last) else {
                throw BenchFailure.failed("reading a delivery", detail: "there is none")
            }
            if state == done { return Double(BenchClock().now().microseconds - received) / 1000 }
            guard state == 0 else { throw BenchFailure.failed("an event made nothing", detail: "state \(state)") }
            usleep(200)
        }
        throw BenchFailure.failed("waiting for a decision", detail: String(server.log.suffix(600)))
    }

    /// The state of a delivery that was decided.
    private static let done: Int64 = 2
}
