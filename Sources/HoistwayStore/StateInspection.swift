import Glibc
import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite

/// Reads a state's file without changing it, even while a server is running.
package enum StateInspection {
    /// Takes as long as reading the whole file.
    package static func report(on path: String) throws(StoreFailure) -> StateReport {
        try report(on: path, isComplete: true)
    }

    /// `isComplete`: compares every index with its table too; otherwise checks only the pages.
    static func report(on path: String, isComplete: Bool) throws(StoreFailure) -> StateReport {
        guard access(path, F_OK) == 0 else {
            throw .failed(operation: "reading \(path)", detail: "there is no such file")
        }
        // Before the report: a running server has its log.
        let lost = FileLock.holder(of: path) == nil ? LostLog.problem(of: path) : nil
        do {
            let database = try StateCopy.readOnly(path)
            var found = try database.transaction(.deferred) {
                try report(in: database, path: path, isComplete: isComplete)
            }
            if let lost { found.problems.insert(lost, at: 0) }
            return found
        } catch {
            // The content of a new state may be only in its log.
            if let lost { throw .corrupt(path: path, detail: lost) }
            throw StoreFailure(error, operation: "reading \(path)", path: path)
        }
    }

    private static func report(in database: Database, path: String, isComplete: Bool) throws -> StateReport {
        let found = try Schema.version(database)
        let known = Schema.migrations.last?.version ?? 0
        guard found > 0 else { throw StoreFailure.corrupt(path: path, detail: "it is no state of hoistway") }
        guard found <= known else { throw StoreFailure.newerSchema(path: path, found: found, known: known) }
        // 20 sentences are as useful as 20,000.
        let check = isComplete ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)"
        var problems = try (database.values(check) as [String]).filter { $0 != "ok" }
        var state = PipelineState()
        do {
            state = try SQLiteStore.state(in: database, path: path)
        } catch let failure as StoreFailure {
            problems.append(failure.message)
        }
        problems += try StateReport.dangling(in: state) + halves(in: database)
        func count(_ table: String) throws -> Int {
            try database.value("SELECT count(*) FROM \(table)") ?? 0
        }
        let oldest: Int64? = try database.value("SELECT received_at FROM deliveries ORDER BY id LIMIT 1")
        return StateReport(
            path: path,
            bytes: FileSize.of(path) + FileSize.of(path + "-wal"),
            schemaVersion: found,
            knownSchemaVersion: known,
            lockedBy: FileLock.holder(of: path),
            deliveries: try deliveries(in: database),
            oldestDelivery: oldest.map(Timestamp.init(microseconds:)),
            promotions: Dictionary(grouping: state.promotions.values, by: \.phase.rawValue).mapValues(\.count),
            promotionsToMove: try toMove(in: database, state),
            freight: state.freight.count,
            stages: state.stages.count,
            branches: state.branches.count,
            subscriptions: state.subscriptions.count,
            intents: state.intents.count,
            tokens: try count("tokens"),
            auditRecords: try count("audit"),
            problems: problems
        )
    }

    private static func toMove(in database: Database, _ state: PipelineState) throws -> Int {
        let sql = "SELECT count(*) FROM records WHERE kind = ?"
        return try (database.value(sql, RecordKind.promotion.rawValue) ?? 0) - state.promotions.index.open.count
    }

    /// A sentence for each row of an ended promotion whose other row is missing.
    private static func halves(in database: Database) throws -> [String] {
        guard try database.hasTable("ended_promotions") else { return [] }
        let sql = """
            SELECT id FROM ended_promotions WHERE id NOT IN (SELECT promotion FROM promotion_details) UNION ALL \
            SELECT promotion FROM promotion_details WHERE promotion NOT IN (SELECT id FROM ended_promotions) LIMIT 20
            """
        return try (database.values(sql) as [String]).map { "one of the two rows of promotion \($0) is missing" }
    }

    private static func deliveries(in database: Database) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        try database.forEach("SELECT state, count(*) FROM deliveries GROUP BY state") { row in
            let code: Int = try row[0]
            counts[DeliveryState(code: code)?.rawValue ?? "unknown (\(code))"] = try row[1] as Int
        }
        return counts
    }
}

enum FileSize {
    /// 0 if there is no such file.
    static func of(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
