package import HoistwayModel

/// The content of a state's file, and whether it is sound.
package struct StateReport: Sendable, Equatable, Codable {
    package var path: String
    /// Of the database and its log, in bytes.
    package var bytes: Int64
    package var schemaVersion: Int
    /// The newest schema version that this program knows.
    package var knownSchemaVersion: Int
    /// The process that has it open, if any; 0 if it has not written its id.
    package var lockedBy: Int32?
    /// By name of the state.
    package var deliveries: [String: Int]
    package var oldestDelivery: Timestamp?
    /// By name of the phase.
    package var promotions: [String: Int]
    /// Ended promotions of an older version that `serve` has not moved yet.
    package var promotionsToMove: Int
    package var freight: Int
    package var stages: Int
    package var branches: Int
    package var subscriptions: Int
    /// Pushes without a known result; for a running server, its running pushes.
    package var intents: Int
    package var tokens: Int
    package var auditRecords: Int
    /// One sentence each; empty if there is no problem.
    package var problems: [String]

    package var isSound: Bool { problems.isEmpty }
}

extension StateReport {
    /// References of a state to missing records.
    static func dangling(in state: PipelineState) -> [String] {
        var problems: [String] = []
        for promotion in state.promotions.values.sorted(by: { $0.id < $1.id }) where !promotion.phase.isTerminal {
            let freight = FreightKey(project: promotion.stage.project, id: promotion.freight)
            guard state.freight[freight] == nil else { continue }
            problems.append("promotion \(promotion.id) is open, and its freight \(promotion.freight.short) is missing")
        }
        for stage in state.stages.values.sorted(by: { $0.key.description < $1.key.description }) {
            for (warehouse, id) in (stage.history.first?.items ?? [:]).sorted(by: { $0.key < $1.key })
            where state.freight[FreightKey(project: stage.key.project, id: id)] == nil {
                problems.append("stage \(stage.key) has freight \(id.short) of \(warehouse), which is missing")
            }
        }
        for intent in state.intents.values.sorted(by: { $0.id < $1.id }) {
            let missing = Set(intent.branches.flatMap(\.commits).map(\.promotion))
                .filter { state.promotions[$0] == nil }
            for promotion in missing.sorted() {
                problems.append("a push to \(intent.remote) was intended for promotion \(promotion), which is missing")
            }
        }
        return problems
    }
}
