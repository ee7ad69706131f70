import HoistwayModel
import HoistwayPorts

extension ViewMaker {
    /// - Parameter limit: how many stages are shown, upstream first.
    func view(of project: Project, summaries: [StageSummaryView], limit: Int = .max) -> ProjectView {
        ProjectView(
            name: project.name,
            mode: project.mode,
            stages: Array(summaries.prefix(limit)),
            stageCount: summaries.count,
            counts: Dictionary(grouping: summaries, by: \.state).mapValues(\.count),
            warehouses: project.warehouses.keys.sorted()
        )
    }

    func graph(of project: Project) -> GraphView {
        let stages = orderedStages(of: project.name)
        let edges = stages.flatMap { stage in
            stage.requestedFreight.flatMap { request in
                let to = GraphView.Node(kind: .stage, name: stage.key.name)
                let direct = request.direct ? [GraphView.Node(kind: .warehouse, name: request.warehouse)] : []
                let upstream = request.stages.map { GraphView.Node(kind: .stage, name: $0) }
                return (direct + upstream).map { GraphView.Edge(from: $0, to: to, warehouse: request.warehouse) }
            }
        }
        return GraphView(
            project: project.name,
            warehouses: project.warehouses.keys.sorted(),
            stages: stages.map { stage in
                GraphView.Stage(
                    name: stage.key.name,
                    labels: stage.labels,
                    color: stage.annotations?.color,
                    isControlFlow: stage.promotion == .controlFlow
                )
            },
            edges: edges
        )
    }

    // MARK: What needs a person

    static func attention(_ stages: [StageSummaryView]) -> AttentionView {
        func group(_ isIn: (StageSummaryView) -> Bool) -> AttentionView.Group {
            AttentionView.Group(stages.filter(isIn).map(item))
        }
        var paused: [PauseView.Kind: AttentionView.Group] = [:]
        for kind in PauseView.Kind.allCases where kind != .notLooked {
            let found = group { $0.mode == .promote && $0.pauses.contains(kind) }
            if found.count > 0 { paused[kind] = found }
        }
        return AttentionView(
            failed: group { $0.state == .failed },
            awaitsAcceptance: group { $0.state == .awaitsAcceptance },
            paused: paused,
            drifted: group(\.hasDrifted),
            stuck: group { $0.state == .stuck },
            unhealthy: group { $0.health == .unhealthy }
        )
    }

    private static func item(_ stage: StageSummaryView) -> AttentionView.Item {
        let promotion = stage.openPromotion ?? stage.lastPromotion
        return AttentionView.Item(
            project: stage.project,
            stage: stage.name,
            promotion: promotion?.id,
            freight: promotion?.freight,
            alias: promotion?.alias,
            since: stage.since,
            reason: stage.reason
        )
    }
}
