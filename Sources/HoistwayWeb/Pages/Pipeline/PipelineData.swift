import HoistwayLayout
import HoistwayModel
import HoistwayPorts

/// All data of a pipeline's page, read once.
struct PipelineData: Sendable {
    let project: String
    let graph: GraphView
    let drawing: PipelineDrawing
    /// The stages with their own card.
    let stages: [String: StageSummaryView]
    /// By group: how many of its stages are in each state.
    let groups: [String: [StageState: Int]]
    /// How many stages are in each state.
    let counts: [StageState: Int]
    let rows: [FreightRow]
    /// The stages for the chosen freight; `nil`: no freight is chosen.
    let choice: AvailabilityView?

    /// The depth of each stage, for the colours of freight: 0 gets it from a warehouse.
    let depths: [String: Int]

    /// How many stages are read at once: those of a large project are never all in memory.
    private static let portion = 500

    init(_ query: PipelineQuery, project: String, of request: PageRequest, cache: DrawingCache) async throws {
        self.project = project
        let pipelines = request.pipelines
        graph = try await pipelines.graph(project: project)
        drawing = cache.drawing(of: PipelineShape(graph), open: query.open)
        var groupOf: [String: String] = [:]
        var drawn: Set<String> = []
        for card in drawing.fold.cards {
            switch card {
            case .warehouse: break
            case .stage(let name): drawn.insert(name)
            case .group(let group): for member in group.members { groupOf[member] = group.id }
            }
        }
        var stages: [String: StageSummaryView] = [:]
        var groups: [String: [StageState: Int]] = [:]
        var counts: [StageState: Int] = [:]
        var present: [String: FreightRow.Present] = [:]
        let names = graph.stages.map(\.name)
        for start in stride(from: 0, to: names.count, by: Self.portion) {
            let portion = Array(names[start..<min(start + Self.portion, names.count)])
            for stage in try await pipelines.stageSummaries(named: portion, project: project) {
                counts[stage.state, default: 0] += 1
                if let group = groupOf[stage.name] { groups[group, default: [:]][stage.state, default: 0] += 1 }
                if drawn.contains(stage.name) { stages[stage.name] = stage }
                for content in stage.contents { present[content.freight, default: .init(content)].add(stage.name) }
            }
        }
        self.stages = stages
        self.groups = groups
        self.counts = counts
        depths = Self.depths(of: graph)
        rows = try await FreightRow.all(of: graph, present: present, query, request)
        choice = try await Self.choice(query, project, pipelines)
    }

    /// Reads the data of only some stages.
    init(
        only names: [String],
        _ query: PipelineQuery,
        project: String,
        of request: PageRequest,
        cache: DrawingCache
    ) async throws {
        self.project = project
        let pipelines = request.pipelines
        graph = try await pipelines.graph(project: project)
        drawing = cache.drawing(of: PipelineShape(graph), open: query.open)
        stages = Dictionary(
            try await pipelines.stageSummaries(named: names, project: project).map { ($0.name, $0) }
        ) { first, _ in first }
        groups = [:]
        counts = [:]
        depths = Self.depths(of: graph)
        rows = []
        choice = try await Self.choice(query, project, pipelines)
    }

    private static func choice(
        _ query: PipelineQuery,
        _ project: String,
        _ pipelines: any PipelineOperator
    ) async throws -> AvailabilityView? {
        guard let freight = query.freight else { return nil }
        do {
            return try await pipelines.availability(of: freight, project: project, from: nil)
        } catch OperatorFailure.notFound {
            // An address may name freight that no longer exists: the pipeline is still shown.
            return nil
        }
    }

    /// The stages must be in order, upstream first.
    private static func depths(of graph: GraphView) -> [String: Int] {
        var upstreams: [String: [String]] = [:]
        for edge in graph.edges where edge.from.kind == .stage {
            upstreams[edge.to.name, default: []].append(edge.from.name)
        }
        var depths: [String: Int] = [:]
        for stage in graph.stages {
            depths[stage.name] = (upstreams[stage.name] ?? []).compactMap { depths[$0] }.max().map { $0 + 1 } ?? 0
        }
        return depths
    }

    /// The answer for the chosen freight and this stage.
    func choice(for stage: String) -> AvailabilityView.Stage? {
        choice?.stages.first { $0.place.stage == stage }
    }
}
