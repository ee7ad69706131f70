import Foundation
import HoistwayTestServers

/// Runs the load generator beside a server, and measures the server at the same time.
struct Load {
    /// The result of a load, with the server's memory in each second.
    struct Outcome {
        var result: LoadResult
        /// In MB, one for each second since the clock started.
        var resident: [Double]
        /// Processor time of the server for each delivery that was accepted or refused, in microseconds.
        var serverMicroseconds: Double
    }

    /// The benchmark's own program.
    let program: String
    var secret = HoistwayServer.secret
    var path = HoistwayServer.path

    func run(
        port: Int,
        server: Int32,
        seconds: Double,
        limit: Int,
        first: UInt64 = 0
    ) async throws -> Outcome {
        let folder = try TemporaryFolder("hoistway-load")
        let child = try Child(
            program,
            [
                "load", "--port", "\(port)", "--path", path, "--secret", secret, "--seconds", "\(seconds)",
                "--limit", "\(limit)", "--first", "\(first)",
            ],
            log: "\(folder.path)/log"
        )
        defer { child.stop(with: SIGKILL) }
        while child.isRunning, !child.output.contains(LoadResult.startMark) {
            try await Task.sleep(for: .milliseconds(5))
        }
        let before = ProcessFigures.processorMilliseconds(server)
        let start = ContinuousClock.now
        var resident: [Double] = []
        while child.isRunning, Stopwatch.milliseconds(since: start) < (seconds + 30) * 1000 {
            if Stopwatch.milliseconds(since: start) >= Double(resident.count) * 1000 {
                resident.append(ProcessFigures.residentMegabytes(server))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let used = ProcessFigures.processorMilliseconds(server) - before
        guard let line = child.output.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else {
            throw BenchFailure.failed("the load generator", detail: String(child.output.suffix(600)))
        }
        let result = try JSONDecoder().decode(LoadResult.self, from: Data(line.utf8))
        let isMixed = result.accepted > 0 && result.refused > 0
        guard result.unavailable == 0, result.other == 0, result.duplicates == 0, !isMixed else {
            throw BenchFailure.failed(
                "a round is void",
                detail: "\(result.unavailable) answers 503, \(result.duplicates) duplicates, "
                    + "\(result.refused) refusals, \(result.other) others beside \(result.accepted) 202s"
            )
        }
        let each = used * 1000 / Double(max(1, result.accepted + result.refused))
        return Outcome(result: result, resident: resident, serverMicroseconds: each)
    }
}
