import Foundation
import HoistwayTestServers

/// A `hoistway serve` with this number of stages.
///
/// Its registry has no tags and its Git host no branches: the first looks end soon, and find nothing.
final class ScaledServer {
    let server: HoistwayServer
    let pipelines: ScaledPipelines
    private let host: EmptyHost
    private var lastVersion = 0

    /// - Parameter program: that of this version, or of an earlier one.
    init(program: String, stages: Int) throws {
        host = try EmptyHost()
        pipelines = ScaledPipelines(stages: stages, host: host.port)
        server = try HoistwayServer(program: program, pipelines: pipelines.files, registry: host.port)
    }

    deinit { stop() }

    /// Milliseconds from the start of the program until it is ready.
    @discardableResult
    func start(within seconds: Double = 300) async throws -> Double {
        let start = ContinuousClock.now
        try server.launch()
        while LoopbackRequest.get("/readyz", port: server.healthPort)?.status != 200 {
            guard server.child?.isRunning ?? false, Stopwatch.milliseconds(since: start) < seconds * 1000 else {
                throw BenchFailure.failed("waiting until it is ready", detail: String(server.log.suffix(600)))
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        return Stopwatch.milliseconds(since: start)
    }

    /// Returns when it uses at most a hundredth of a processor: work after a start is not part of an event's cost.
    ///
    /// An instance that never gets that quiet is measured too; its figures show it.
    func settle(within seconds: Double = 300) async throws {
        let start = ContinuousClock.now
        while Stopwatch.milliseconds(since: start) < seconds * 1000 {
            let before = ProcessFigures.processorMilliseconds(server.pid)
            try await Task.sleep(for: .milliseconds(500))
            if ProcessFigures.processorMilliseconds(server.pid) - before < 5 { return }
        }
        FigureTable.progress("\(pipelines.projects) projects are not at rest after \(Figure.number(seconds)) s")
    }

    func stop() {
        server.stop(with: SIGKILL)
        host.stop()
    }

    /// Events for the first projects in turn, each with a version of its own.
    ///
    /// The projects are the same for any number of stages: only the number of other projects differs.
    func events(_ count: Int, projects: Int) throws -> [[UInt8]] {
        try (0..<count).map { index in
            lastVersion += 1
            let project = index % min(projects, pipelines.projects)
            return try ImageWebhook.request(pipelines.image(of: project), version: lastVersion)
        }
    }

    /// The body of an answer of the API; throws for any status but 200.
    func get(_ path: String) throws -> LoopbackRequest.Answer {
        let token = try token()
        let head =
            "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(server.consolePort)\r\nConnection: close\r\n"
            + "Authorization: Bearer \(token)\r\n\r\n"
        guard let answer = LoopbackRequest.send(Array(head.utf8), to: server.consolePort), answer.status == 200 else {
            throw BenchFailure.failed("asking for \(path)", detail: String(server.log.suffix(600)))
        }
        return answer
    }

    /// The token that the first start has made.
    func token() throws -> String {
        let text = try String(contentsOfFile: "\(server.folder.path)/state/token", encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    }
}
