/// Which stages the dispatcher has to look at, and when.
package struct LookAgenda: Sendable {
    private struct Entry: Comparable {
        var at: Timestamp
        var stage: StageKey

        static func < (left: Entry, right: Entry) -> Bool {
            (left.at, left.stage.project, left.stage.name) < (right.at, right.stage.project, right.stage.name)
        }
    }

    /// Every stage; so it begins.
    private var isForAll = true
    private var concern = StageConcern()
    private var looks: [StageKey: Timestamp] = [:]
    private var byTime = OrderedList<Entry>()
    private var lastLook: Timestamp?

    package init() {}

    /// When the clock alone makes a look due; `nil`: it does not.
    package var nextLook: Timestamp? { byTime.first?.at }

    /// The next look is at every stage.
    package mutating func addAll() { isForAll = true }

    package mutating func add(_ more: StageConcern) { concern.add(more) }

    /// What a look at this moment is at; it is not due any more.
    ///
    /// All stages where the clock was set back: what is said of them may rest on moments that are still to come.
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
            // Those of stages that are not in the manifests any more go, too.
            looks = [:]
            byTime = OrderedList()
        }
        return concern
    }

    /// Notes when the clock makes the next look at each of these stages due; others keep their moments.
    package mutating func note(_ looks: [StageKey: Timestamp?]) {
        for (stage, moment) in looks { set(moment, of: stage) }
    }

    /// What came of a look was not stored: it is made again.
    ///
    /// - Parameter moment: at the earliest.
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
    /// Names of projects of which other manifests say something else, or that only one of them has.
    package func projects(unlike other: Pipelines) -> Set<String> {
        Set(projects.keys).union(other.projects.keys).filter { projects[$0] != other.projects[$0] }
    }

    /// Stages of which other manifests say something else, or that only one of them has; `nil`: any may be.
    ///
    /// - Parameters:
    ///   - unlike: see ``projects(unlike:)``.
    ///   - mode: of the program, with these manifests.
    ///   - other: those that come next.
    ///   - next: the program's mode with them.
    package func concern(
        of unlike: Set<String>,
        mode: PromotionMode,
        before other: Pipelines,
        mode next: PromotionMode
    ) -> StageConcern? {
        // What was not complete was not decided on.
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
