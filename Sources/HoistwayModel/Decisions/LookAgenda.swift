/// The stages that the dispatcher must look at, and when.
package struct LookAgenda: Sendable {
    private struct Entry: Comparable {
        var at: Timestamp
        var stage: StageKey

        static func < (left: Entry, right: Entry) -> Bool {
            (left.at, left.stage.project, left.stage.name) < (right.at, right.stage.project, right.stage.name)
        }
    }

    /// Whether the next look is at every stage, as at the start.
    private var isForAll = true
    private var concern = StageConcern()
    private var looks: [StageKey: Timestamp] = [:]
    private var byTime = OrderedList<Entry>()
    private var lastLook: Timestamp?

    package init() {}

    /// When the next look is due although nothing changes; `nil`: never.
    package var nextLook: Timestamp? { byTime.first?.at }

    /// Makes the next look one at every stage.
    package mutating func addAll() { isForAll = true }

    package mutating func add(_ more: StageConcern) { concern.add(more) }

    /// Takes the stages for a look at this moment, and removes them from the agenda.
    ///
    /// If the clock was set back, it takes all stages: their verdicts may depend on times that are in the future again.
    package mutating func take(graph: StageGraph, on state: PipelineState, now: Timestamp) -> StageConcern {
        defer {
            isForAll = false
            concern = StageConcern()
            lastLook = now
        }
        while let first = byTime.first, first.at <= now {
            concern.add(first.stage)
            set(nil, of: first.stage)
        }
        if isForAll || lastLook.map({ now < $0 }) ?? false {
            concern.addAll(of: graph, on: state)
            // This also removes stages that are no longer in the manifests.
            looks = [:]
            byTime = OrderedList()
        }
        return concern
    }

    /// Stores when the next look at each of these stages is due by time alone; other stages keep their times.
    package mutating func note(_ looks: [StageKey: Timestamp?]) {
        for (stage, moment) in looks { set(moment, of: stage) }
    }

    /// Returns stages to the agenda because the result of their look was not stored.
    ///
    /// - Parameter moment: the earliest time of the new look.
    package mutating func giveBack(_ taken: StageConcern, at moment: Timestamp) {
        for stage in taken.stages.keys { set(moment, of: stage) }
        concern.add(taken)
    }

    private mutating func set(_ moment: Timestamp?, of stage: StageKey) {
        if let old = looks[stage] { byTime.remove(Entry(at: old, stage: stage)) }
        looks[stage] = moment
        if let moment { byTime.insert(Entry(at: moment, stage: stage)) }
    }
}

extension Pipelines {
    /// Names of projects that differ in the two sets of manifests, or that only one set has.
    package func projects(unlike other: Pipelines) -> Set<String> {
        Set(projects.keys).union(other.projects.keys).filter { projects[$0] != other.projects[$0] }
    }

    /// Stages that differ in the two sets of manifests, or that only one set has; `nil`: any stage may differ.
    ///
    /// - Parameters:
    ///   - unlike: see ``projects(unlike:)``.
    ///   - mode: the program's mode with these manifests.
    ///   - other: the next manifests.
    ///   - next: the program's mode with the next manifests.
    package func concern(
        of unlike: Set<String>,
        mode: PromotionMode,
        before other: Pipelines,
        mode next: PromotionMode
    ) -> StageConcern? {
        // Without complete manifests nothing was decided.
        guard mode == next, isComplete, other.isComplete else { return nil }
        var concern = StageConcern()
        for name in unlike {
            for pipelines in [self, other] {
                for stage in (pipelines.projects[name]?.stages ?? [:]).values { concern.add(stage.key) }
            }
        }
        return concern
    }
}
