/// Stages that the dispatcher must look at again.
package struct StageConcern: Sendable, Equatable {
    /// Each with its changed freight; `nil`: all freight that it requests.
    package private(set) var stages: [StageKey: Set<FreightKey>?] = [:]

    package init() {}

    package var isEmpty: Bool { stages.isEmpty }

    /// - Parameter freight: the changed freight; `nil`: any may have changed.
    package mutating func add(_ stage: StageKey, freight: FreightKey? = nil) {
        guard let known = stages[stage] else {
            stages[stage] = .some(freight.map { [$0] })
            return
        }
        stages[stage] = .some(freight.flatMap { freight in known?.union([freight]) })
    }

    package mutating func add(_ other: StageConcern) {
        for (stage, freight) in other.stages {
            guard let freight else {
                add(stage)
                continue
            }
            for key in freight { add(stage, freight: key) }
        }
    }

    /// Adds all stages of the manifests, and the stages that are no longer in them but have open promotions.
    package mutating func addAll(of graph: StageGraph, on state: PipelineState) {
        for stage in graph.stages { add(stage) }
        for record in state.openPromotions where graph.place(of: record.stage) == nil { add(record.stage) }
    }
}

/// The stages of a look, upstream before downstream.
struct StageQueue {
    private let graph: StageGraph
    private var concern = StageConcern()
    private var places = OrderedList<Int>()
    /// Stages that are not in the manifests.
    private(set) var unknown: Set<StageKey> = []

    init(_ concern: StageConcern, graph: StageGraph) {
        self.graph = graph
        add(concern, behind: nil)
    }

    /// The waiting stages, in their order.
    var known: [StageKey] { places.map { graph.stages[$0] } }

    /// - Parameter place: the place of the present stage; stages up to it are not added, since they were looked at.
    mutating func add(_ more: StageConcern, behind place: Int?) {
        for stage in more.stages.keys {
            guard let own = graph.place(of: stage) else {
                unknown.insert(stage)
                continue
            }
            if own > place ?? -1 { places.insert(own) }
        }
        concern.add(more)
    }

    /// The first waiting stage, with its changed freight.
    mutating func next() -> (stage: StageKey, place: Int, freight: Set<FreightKey>?)? {
        guard let place = places.first else { return nil }
        places.remove(place)
        let stage = graph.stages[place]
        return (stage, place, concern.stages[stage] ?? nil)
    }
}
