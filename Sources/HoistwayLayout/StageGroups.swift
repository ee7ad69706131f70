/// Which stages of a pipeline belong together.
///
/// Stages of one group are equally deep in the pipeline. So no group can take freight from itself, and groups make no
/// cycle where stages make none.
struct StageGroups {
    /// With fewer members, each stage is drawn as its own card.
    static let minMembers = 3
    /// A larger group opens as parts of at most this many stages.
    static let maxPart = 100

    let groups: [StageGroup]

    init(_ shape: PipelineShape) {
        let graph = DirectedGraph(shape)
        let classes = Self.classes(of: shape, graph)
        groups = classes.filter { $0.members.count >= Self.minMembers }
            .map { found in
                let members = found.members.map { shape.stages[$0].name }
                return StageGroup(id: members[0], label: found.label, members: members, parent: nil)
            }
    }

    /// The parts of a group that is too large to open at once; empty: the group is small enough.
    static func parts(of group: StageGroup) -> [StageGroup] {
        let count = group.members.count
        guard group.parent == nil, count > maxPart else { return [] }
        let parts = (count + maxPart - 1) / maxPart
        return (0..<parts).map { part in
            StageGroup(
                id: "\(group.id):\(part + 1)",
                label: group.label,
                members: Array(group.members[(count * part / parts)..<(count * (part + 1) / parts)]),
                parent: group.id
            )
        }
    }

    // MARK: Classes

    /// The property that all stages of one group share.
    private enum Key: Hashable {
        case label(String, layer: Int)
        /// Numbers of the classes of the stages' upstreams, sorted; each warehouse is its own class.
        case upstreams([Int], layer: Int)
    }

    private struct Class {
        var label: String?
        var members: [Int]
    }

    /// Stages whose upstreams are in the same groups count as stages with equal upstreams: so chains fold stage by
    /// stage.
    private static func classes(of shape: PipelineShape, _ graph: DirectedGraph) -> [Class] {
        let layers = graph.layers()
        let offset = shape.warehouses.count
        let inOrder = shape.stages.indices.sorted { (layers[offset + $0], $0) < (layers[offset + $1], $1) }
        // Warehouses first, each with its own number.
        var classOf = Array(0..<offset) + Array(repeating: -1, count: shape.stages.count)
        var known: [Key: Int] = [:]
        var classes: [Class] = []
        for stage in inOrder {
            let layer = layers[offset + stage]
            let key: Key =
                if let label = shape.stages[stage].group {
                    .label(label, layer: layer)
                } else {
                    .upstreams(Set(graph.before[offset + stage].map { classOf[$0] }).sorted(), layer: layer)
                }
            let number = known[key] ?? classes.count
            if known[key] == nil {
                known[key] = number
                classes.append(Class(label: shape.stages[stage].group, members: []))
            }
            classes[number].members.append(stage)
            classOf[offset + stage] = offset + number
        }
        return classes
    }
}
