import FoundationEssentials
import Glibc
package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite
import Synchronization

extension SQLiteStore: StateStore {
    /// Begins to read the state, which the next ``load()`` returns; does not wait.
    ///
    /// A commit in between discards what was read: then `load()` reads again.
    package func beginLoading() {
        ahead.withLock { ahead in ahead = Task { try await self.readState() } }
    }

    package func load() async throws(StoreFailure) -> PipelineState {
        // The task is taken, so that the state of that time does not stay in memory.
        guard let reading = ahead.withLock({ $0.take() }) else { return try await readState() }
        do {
            return try await reading.value
        } catch let failure as StoreFailure {
            throw failure
        } catch {
            throw .failed(operation: "loading the state", detail: "\(type(of: error))")
        }
    }

    private func readState() async throws(StoreFailure) -> PipelineState {
        try await read("loading the state") { [path] in try Self.state(in: $0, path: path) }
    }

    static func state(in database: Database, path: String) throws -> PipelineState {
        try StateLoading(path: path).state(in: database)
    }

    package func promotions(_ ids: [PromotionID]) async throws(StoreFailure) -> [PromotionRecord] {
        try await read("loading promotions") { [path] database in
            let decoder = JSONDecoder()
            return try ids.compactMap { id in
                guard let value = try Self.promotion(id, database) else { return nil }
                do {
                    return try decoder.decode(PromotionRecord.self, from: value)
                } catch is DecodingError {
                    throw StoreFailure.corrupt(path: path, detail: "the promotion \(id) is unreadable")
                }
            }
        }
    }

    /// Open promotions, and ended ones of an older version, are whole records.
    private static func promotion(_ id: PromotionID, _ database: Database) throws -> Data? {
        let ended = "SELECT value FROM promotion_details WHERE promotion = ?"
        if let value: Data = try database.value(ended, id.text) { return value }
        let address = RecordAddress(id)
        let open = "SELECT value FROM records WHERE kind = ? AND key = ?"
        return try database.value(open, address.kind.rawValue, address.key)
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
        ahead.withLock { $0 = nil }
        // Encoded here and not on the writer's thread, for which everybody waits.
        let outcomes: [OutcomeWrite]
        let writes: [RecordWrite]
        do {
            let encoder = RecordEncoder()
            outcomes = try deliveries.map { try OutcomeWrite($0, encoder) }
            writes = try changes.withoutReplaced.map { try RecordWrite($0, encoder) }
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
            // A copy for a backup or a restore may still have the columns of an older version.
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
        case ended(EndedRow)
        case stepResults
    }

    private var table: Table
    private var key: String
    /// `nil`: remove it.
    private var value: Data?
    /// The tags of a subscription.
    private var tags: KnownTagRows?

    init(_ change: Change, _ encoder: RecordEncoder) throws {
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
            if record.phase.isTerminal {
                table = .ended(try EndedRow(EndedPromotion(record), encoder))
                key = address.key
                return
            }
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
        switch table {
        case .stepResults: try database.run("INSERT OR REPLACE INTO step_results VALUES (?, ?)", key, value)
        case .ended(let row):
            guard try database.hasTable("ended_promotions") else {
                // A copy of an older version is being restored: the next start moves it.
                return try Self.put(RecordKind.promotion.rawValue, key, value, database)
            }
            try row.put(whole: value ?? Data(), database)
        case .records(let kind):
            if value != nil {
                try Self.put(kind, key, value, database)
            } else {
                try database.run("DELETE FROM records WHERE kind = ? AND key = ?", kind, key)
                if kind == RecordKind.promotion.rawValue { try EndedRow.remove(key, database) }
            }
        }
        try tags?.perform(database)
    }

    private static func put(_ kind: String, _ key: String, _ value: Data?, _ database: Database) throws {
        // Not REPLACE, which would give the row a new rowid, and so rewrite the index too.
        let sql = "INSERT INTO records VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value"
        try database.run(sql, kind, key, value)
    }
}
