import HoistwayLayout
import HoistwayPorts

extension PipelineShape {
    /// In large pipelines, stages with the same value of this label are one group.
    static let groupLabel = "hoistway.dev/group"

    init(_ graph: GraphView) {
        var warehouses: [String: [String]] = [:]
        var upstreams: [String: [String]] = [:]
        for edge in graph.edges {
            switch edge.from.kind {
            case .warehouse: warehouses[edge.to.name, default: []].append(edge.from.name)
            case .stage: upstreams[edge.to.name, default: []].append(edge.from.name)
            }
        }
        self.init(
            warehouses: graph.warehouses,
            stages: graph.stages.map { stage in
                Stage(
                    name: stage.name,
                    group: stage.labels[Self.groupLabel],
                    warehouses: warehouses[stage.name] ?? [],
                    upstreams: upstreams[stage.name] ?? []
                )
            }
        )
    }
}
