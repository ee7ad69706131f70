import FoundationEssentials
import Glibc
package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite

extension SQLiteStore: StateStore {
    package func load() async throws(StoreFailure) -> PipelineState {
        try await read("loading the state") { [path] in try Self.state(in: $0, path: path) }
    }

    static func state(in database: Database, path: String) throws -> PipelineState {
        var state = PipelineState()
        let decoder = JSONDecoder()
        try database.forEach("SELECT kind, value FROM records") { row in
            let kind: String = try row[0]
            do {
                try put(kind, try row[1], into: &state, decoder)
            } catch is DecodingError {
                // The decoder's own words are left out: they may quote content.
                throw StoreFailure.corrupt(path: path, detail: "a record of kind \(kind) is unreadable")
            }
        }
        try KnownTagRows.load(into: &state, database)
        return state
    }

    private static func put(
        _ kind: String,
        _ value: Data,
        into state: inout PipelineState,
        _ decoder: JSONDecoder
    ) throws {
        switch RecordKind(rawValue: kind) {
        case .subscription: state.load(try decoder.decode(SubscriptionRecord.self, from: value))
        case .warehouse: state.apply(.putWarehouse(try decoder.decode(WarehouseRecord.self, from: value)))
        case .annotations: state.apply(.putAnnotations(try decoder.decode(AnnotationRecord.self, from: value)))
        case .freight: state.apply(.putFreight(try decoder.decode(FreightRecord.self, from: value)))
        case .stage: state.apply(.putStage(try decoder.decode(StageRecord.self, from: value)))
        case .health: state.apply(.putHealth(try decoder.decode(StageHealthRecord.self, from: value)))
        case .promotion: state.apply(.putPromotion(try decoder.decode(PromotionRecord.self, from: value)))
        case .branch: state.load(try decoder.decode(BranchRecord.self, from: value))
        case .intent: state.apply(.putIntent(try decoder.decode(PushIntent.self, from: value)))
        case .notice: state.apply(.putNotice(try decoder.decode(Notice.self, from: value)))
        case .refresh: state.apply(.putRefresh(try decoder.decode(RefreshRecord.self, from: value)))
        case nil: throw DecodingError.valueNotFound(RecordKind.self, .init(codingPath: [], debugDescription: "kind"))
        }
    }

    package func stepResults(of promotion: PromotionID) async throws(StoreFailure) -> [StepResult] {
        try await read("loading the results of steps") { [path] database in
            let sql = "SELECT value FROM step_results WHERE promotion = ?"
            guard let value: Data = try database.value(sql, promotion.text) else { return [] }
            do {
                return try JSONDecoder().decode([StepResult].self, from: value)
            } catch is DecodingError {
                throw StoreFailure.corrupt(
                    path: path,
                    detail: "the results of the steps of \(promotion) are unreadable"
                )
            }
        }
    }

    package func commit(
        _ changes: [Change],
        deliveries: [DeliveryOutcome],
        audit: [AuditRecord],
        durability: Durability
    ) async throws(StoreFailure) {
        // Encoded here and not on the writer's thread, which everybody waits for.
        let outcomes: [OutcomeWrite]
        let writes: [RecordWrite]
        do {
            let encoder = JSONEncoder()
            outcomes = try deliveries.map { try OutcomeWrite($0, encoder) }
            writes = try changes.map { try RecordWrite($0, encoder) }
        } catch {
            throw .failed(operation: "encoding a change", detail: "\(type(of: error))")
        }
        try await write("committing the state", durability) { database in
            for write in writes { try write.perform(database) }
            for outcome in outcomes { try outcome.perform(database) }
            for record in audit { try Self.put(record, database) }
        }
    }

    static func put(_ record: AuditRecord, _ database: Database) throws {
        guard record.project != nil || record.object != nil || record.outcome != nil else {
            // A copy that is backed up or restored may still have the columns of an older version.
            let sql = "INSERT INTO audit (at, actor, action, detail) VALUES (?, ?, ?, ?)"
            return try database.run(sql, record.at.microseconds, record.actor, record.action, record.detail)
        }
        let sql = """
            INSERT INTO audit (at, actor, action, detail, project, object_kind, object_name, outcome)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """
        try database.run(
            sql,
            record.at.microseconds,
            record.actor,
            record.action,
            record.detail,
            record.project,
            record.object?.kind.rawValue,
            record.object?.name,
            record.outcome?.rawValue
        )
    }
}

/// One change, encoded.
struct RecordWrite: Sendable {
    private enum Table {
        case records(kind: String)
        case stepResults
    }

    private var table: Table
    private var key: String
    /// `nil`: remove it.
    private var value: Data?
    /// Of a subscription.
    private var tags: KnownTagRows?

    init(_ change: Change, _ encoder: JSONEncoder) throws {
        let address: RecordAddress
        switch change {
        case .putStepResults(let id, let results):
            table = .stepResults
            key = id.text
            value = try encoder.encode(results)
            return
        case .putSubscription(let record):
            address = RecordAddress(record.key)
            value = try encoder.encode(record)
            tags = KnownTagRows(record.knownTags, of: address.key)
        case .putWarehouse(let record):
            address = RecordAddress(record.key)
            value = try encoder.encode(record)
        case .putAnnotations(let record):
            address = RecordAddress(record.key)
            value = try encoder.encode(record)
        case .putFreight(let record):
            address = RecordAddress(record.key)
            value = try encoder.encode(record)
        case .removeFreight(let key): address = RecordAddress(key)
        case .putStage(let record):
            address = RecordAddress(record.key)
            value = try encoder.encode(record)
        case .putHealth(let record):
            address = RecordAddress(health: record.key)
            value = try encoder.encode(record)
        case .removeHealth(let key): address = RecordAddress(health: key)
        case .putPromotion(let record):
            address = RecordAddress(record.id)
            value = try encoder.encode(record)
        case .removePromotion(let id): address = RecordAddress(id)
        case .putBranch(let record):
            address = RecordAddress(record.key)
            value = try encoder.encode(record)
        case .putIntent(let intent):
            address = RecordAddress(intent: intent.id)
            value = try encoder.encode(intent)
        case .removeIntent(let id): address = RecordAddress(intent: id)
        case .putNotice(let notice):
            address = RecordAddress(notice: notice.id)
            value = try encoder.encode(notice)
        case .removeNotice(let id): address = RecordAddress(notice: id)
        case .putRefresh(let record):
            address = RecordAddress(refresh: record.id)
            value = try encoder.encode(record)
        case .removeRefresh(let id): address = RecordAddress(refresh: id)
        }
        table = .records(kind: address.kind.rawValue)
        key = address.key
    }

    func perform(_ database: Database) throws {
        guard case .records(let kind) = table else {
            return try database.run("INSERT OR REPLACE INTO step_results VALUES (?, ?)", key, value)
        }
        if kind == RecordKind.promotion.rawValue, value == nil {
            try database.run("DELETE FROM step_results WHERE promotion = ?", key)
        }
        if let value {
            // Not REPLACE, which would give the row another place, and write the index of places as well.
            let sql =
                "INSERT INTO records VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value"
            try database.run(sql, kind, key, value)
        } else {
            try database.run("DELETE FROM records WHERE kind = ? AND key = ?", kind, key)
        }
        try tags?.perform(database)
    }
}
