import Foundation
import Testing

/// Killed at any write to its state, and at any request to the outside, the program ends up where it would have without
/// the kill, and does nothing twice.
///
/// A sample of the points, the same each time unless `HOISTWAY_TEST_SEED` is another; `scripts/crash` runs all of them.
struct PointCrashTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let seed = environment["HOISTWAY_TEST_SEED"].flatMap(UInt64.init) ?? 1
    /// Of each pipeline.
    private static let sample = 5

    /// One pipeline by its name, where somebody is after that one; else all.
    private static let scenarios = CrashScenario.all.filter {
        [nil, $0.name].contains(environment["HOISTWAY_TEST_CRASH_PIPELINE"])
    }

    @Test(arguments: scenarios)
    func `killed at any point, it leaves outside what it leaves without a kill`(_ scenario: CrashScenario) async throws
    {
        let rig = try await PointRig(scenario)
        defer { rig.stop() }
        try await rig.prepare()
        let undisturbed = try await rig.run(killedAt: nil)
        #expect(undisturbed.view.promotions.allSatisfy { $0.contains(" Succeeded ") }, "\(undisturbed.view.promotions)")
        #expect(undisturbed.writes > 3 && undisturbed.requests > 1)
        let all = CrashPoint.all(
            writes: undisturbed.writes,
            requests: undisturbed.requests,
            syncs: undisturbed.syncs
        )
        let reportFile = Self.environment["HOISTWAY_TEST_CRASH_REPORT"]
        var random = SplitMix(seed: Self.seed)
        let points = reportFile == nil ? Array(all.shuffled(using: &random).prefix(Self.sample)) : all
        var (kills, differences) = (0, 0)
        for point in points {
            let run = try await rig.run(killedAt: point)
            kills += run.wasKilled ? 1 : 0
            guard run.view != undisturbed.view else { continue }
            differences += 1
            Issue.record(
                "\(scenario.name), \(point), seed \(Self.seed): \(run.view.difference(from: undisturbed.view))"
            )
        }
        // The last points may come after the end of what there is to do.
        #expect(kills > 0)
        if let reportFile {
            try Self.append(
                """
                \(scenario.name): \(undisturbed.writes) writes, \(undisturbed.requests + undisturbed.syncs) requests, \
                \(points.count) runs, \
                \(kills) kills, \(differences) differences

                """,
                to: reportFile
            )
        }
    }

    private static func append(_ line: String, to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(line.utf8))
        try file.close()
    }
}
