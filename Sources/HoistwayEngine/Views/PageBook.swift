import HoistwayModel
import HoistwayPorts
import Synchronization

/// Keeps the parts of project views until something in them changes.
///
/// Overviews of many projects make only changed projects again.
final class PageBook: Sendable {
    /// Everything that the summaries of a project's stages depend on.
    struct Key: Equatable {
        /// The revision of the project's records.
        var project: UInt64
        var branches: UInt64
        var configuration: UInt64
        var defaultBranches: Int
        /// While promotions are open, time alone may change an answer: they count as stuck after a while.
        var minute: Int64
    }

    private struct Summaries {
        var key: Key
        var stages: [StageSummaryView]
        var hasOpenPromotions: Bool
    }

    private struct Ordered {
        var generation: UInt64
        var stages: [Stage]
    }

    private struct Kept {
        var summaries: [String: Summaries] = [:]
        var ordered: [String: Ordered] = [:]
    }

    private let kept = Mutex(Kept())

    /// - Parameter make: returns the cards of the project's stages, upstream first.
    func summaries(of project: String, key: Key, make: () -> [StageSummaryView]) -> [StageSummaryView] {
        if let known = kept.withLock({ $0.summaries[project] }) {
            var key = key
            if !known.hasOpenPromotions { key.minute = known.key.minute }
            if known.key == key { return known.stages }
        }
        let made = make()
        let isOpen = made.contains { $0.openPromotion != nil }
        kept.withLock { $0.summaries[project] = Summaries(key: key, stages: made, hasOpenPromotions: isOpen) }
        return made
    }

    /// The stages of a project, upstream first.
    func stages(of project: Project, generation: UInt64) -> [Stage] {
        if let known = kept.withLock({ $0.ordered[project.name] }), known.generation == generation {
            return known.stages
        }
        let stages = project.stagesInOrder
        kept.withLock { $0.ordered[project.name] = Ordered(generation: generation, stages: stages) }
        return stages
    }
}
