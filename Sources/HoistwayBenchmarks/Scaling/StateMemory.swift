import Cmemory
import Foundation
import Glibc
import HoistwayModel

/// The cost of loading the state of a long history, and its memory, in a process of its own.
///
/// The share of a record is the difference between the memory with and without records of its kind.
struct StateMemory {
    struct Figures: Sendable {
        /// From the file to the state.
        var seconds: Double
        /// Bytes of RssAnon for each record.
        var perFreight: Double
        var perPromotion: Double
        var perStage: Double
    }

    let size: SeededHistory.Size
    let stages: Int

    func figures() async throws -> Figures {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hoistway-state-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // The system removes the rest.
        let pipelines = ScaledPipelines(stages: stages, host: 1)
        let projects = pipelines.projects
        func held(_ part: String, _ seed: (SeededHistory) async throws -> Void) async throws -> (Double, Double) {
            FigureTable.progress("loading the state with its \(part)")
            let history = try SeededHistory("\(folder)/state.db")
            defer { history.close() }
            try await seed(history)
            return try await Self.load(history)
        }
        let (empty, _) = try await held("tables") { _ in }
        let (freight, _) = try await held("freight") {
            try await $0.addFreight(size.freight, of: pipelines, projects: projects)
        }
        let (withStages, _) = try await held("stages") { try await $0.addStages(projects: projects) }
        let (all, seconds) = try await held("promotions") {
            try await $0.addPromotions(size.promotions, freight: size.freight, projects: projects)
        }
        return Figures(
            seconds: seconds,
            perFreight: (freight - empty) / Double(size.freight),
            perPromotion: (all - withStages) / Double(size.promotions),
            perStage: (withStages - freight) / Double(stages)
        )
    }

    /// - Returns: the memory of the state in bytes, and the duration of the load in seconds.
    private static func load(_ history: SeededHistory) async throws -> (bytes: Double, seconds: Double) {
        let before = ownBytes()
        let start = ContinuousClock.now
        let state = try await history.load()
        let seconds = Stopwatch.milliseconds(since: start) / 1e3
        let after = ownBytes()
        return withExtendedLifetime(state) { (after - before, seconds) }
    }

    /// Free memory is returned to the kernel first, so that it is not counted.
    private static func ownBytes() -> Double {
        _ = malloc_trim(0)
        return ProcessFigures.residentMegabytes(getpid(), .anonymous) * 1e6
    }
}
