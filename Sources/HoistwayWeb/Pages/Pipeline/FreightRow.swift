import HoistwayModel
import HoistwayPorts

/// The freight of one warehouse, newest first.
struct FreightRow: Sendable {
    /// Freight that stages have.
    struct Present: Sendable {
        let content: StageContentView
        /// In the order of the pipeline.
        private(set) var stages: [String] = []

        init(_ content: StageContentView) {
            self.content = content
        }

        mutating func add(_ stage: String) { stages.append(stage) }
    }

    let warehouse: String
    let freight: [FreightView]
    /// Where the row continues; `nil`: it is complete.
    let next: FreightPosition?
    /// Older freight that a stage still has, at most ``maxOld``.
    let old: [Present]
    /// The stages with each freight, in the order of the pipeline.
    let places: [String: [String]]
    /// Whether it begins after the newest freight.
    let isOlder: Bool

    /// The most freight of all rows together.
    private static let maxFreight = 200
    private static let maxOfRow = 24
    private static let maxOld = 12
    /// The most rows of a page; the search finds freight of other warehouses.
    static let maxRows = 40

    static func all(
        of graph: GraphView,
        present: [String: Present],
        _ query: PipelineQuery,
        _ request: PageRequest
    ) async throws -> [FreightRow] {
        let warehouses = graph.warehouses.prefix(maxRows)
        let limit = max(4, min(maxOfRow, maxFreight / max(1, warehouses.count)))
        var rows: [FreightRow] = []
        for warehouse in warehouses {
            let older = query.older.flatMap { $0.warehouse == warehouse ? $0.after : nil }
            let found = try await request.pipelines.freight(
                FreightFilter(project: graph.project, warehouse: warehouse),
                after: older,
                limit: limit + 1
            )
            let shown = Array(found.prefix(limit))
            let ids = Set(shown.map(\.id))
            let old = present.values.filter { $0.content.warehouse == warehouse && !ids.contains($0.content.freight) }
                .sorted { ($0.content.since, $0.content.freight) > ($1.content.since, $1.content.freight) }
            rows.append(
                FreightRow(
                    warehouse: warehouse,
                    freight: shown,
                    next: found.count > limit
                        ? shown.last.map {
                            FreightPosition(discoveredAt: $0.discoveredAt, id: $0.id, project: $0.project)
                        } : nil,
                    old: older == nil ? Array(old.prefix(maxOld)) : [],
                    places: present.mapValues(\.stages),
                    isOlder: older != nil
                )
            )
        }
        return rows
    }
}
