import Foundation
import HoistwayTestServers

/// `hoistway check` over all stages of the large instance.
struct CheckTimes {
    let scale: Scale

    func seconds() async throws -> [Double] {
        let scaled = try ScaledServer(program: scale.hoistway, stages: scale.scaling.large)
        defer { scaled.stop() }
        let folder = scaled.server.folder.path
        var times: [Double] = []
        for number in 1...scale.scaling.starts {
            FigureTable.progress("check, \(number) of \(scale.scaling.starts)")
            let start = ContinuousClock.now
            let child = try Child(
                scale.hoistway,
                ["check", "--config", "\(folder)/hoistway.yaml"],
                log: "\(folder)/check-\(number).log"
            )
            while child.isRunning { usleep(1_000) }
            times.append(Stopwatch.milliseconds(since: start) / 1000)
            guard child.output.contains("\(scaled.pipelines.projects)") else {
                throw BenchFailure.failed("hoistway check", detail: String(child.output.suffix(600)))
            }
        }
        return times
    }
}
