import GRDB
package import HoistwayModel
package import HoistwayPorts

extension SQLiteStore {
    package func pendingDeliveries(
        within bounds: PendingBounds,
        now: Timestamp
    ) async throws(StoreFailure) -> PendingDeliveries {
        try await read("reading pending deliveries") { [path] database in
            // Two questions that the index answers alone; one with OR would walk the table. A waiting delivery
            // without a time is due: leaving it would be losing it.
            let received = try Int64.fetchAll(
                database,
                sql: "SELECT id FROM deliveries WHERE state = 0 ORDER BY id LIMIT ?",
                arguments: [bounds.count + 1]
            )
            let due = try Int64.fetchAll(
                database,
                sql: """
                    SELECT id FROM deliveries WHERE state = 1 AND (next_try IS NULL OR next_try <= ? OR next_try > ?) \
                    ORDER BY id LIMIT ?
                    """,
                arguments: [now.microseconds, (now + NextTry.horizon).microseconds, bounds.count + 1]
            )
            let statement = try database.cachedStatement(sql: StoredDeliveryRow.withBody + " WHERE d.id = ?")
            var pending = PendingDeliveries()
            pending.newest = try Int64.fetchOne(database.cachedStatement(sql: "SELECT max(id) FROM deliveries"))
                .map { DeliveryID($0) }
            for id in (received + due).sorted() {
                guard let row = try Row.fetchOne(statement, arguments: [id]) else { continue }
                guard bounds.takes(StoredDeliveryRow.bodySize(row), besides: pending) else {
                    pending.isCut = true
                    break
                }
                pending.add(try StoredDeliveryRow.decode(row, path: path))
            }
            return pending
        }
    }

    package func nextDeliveryTry() async throws(StoreFailure) -> Timestamp? {
        let next = try await read("reading the next try") { database in
            try Int64.fetchOne(database, sql: "SELECT min(next_try) FROM deliveries WHERE state = 1")
        }
        return next.map(Timestamp.init(microseconds:))
    }

    package func delivery(_ id: DeliveryID) async throws(StoreFailure) -> StoredDelivery? {
        try await read("reading a delivery") { [path] database in
            let sql = StoredDeliveryRow.withBody + " WHERE d.id = ?"
            guard let row = try Row.fetchOne(database, sql: sql, arguments: [id.number]) else { return nil }
            let delivery = try StoredDeliveryRow.decode(row, path: path)
            guard !delivery.isDamaged else {
                throw StoreFailure.corrupt(path: path, detail: "the body of delivery \(id) is not whole")
            }
            return delivery
        }
    }

    package func trace(of id: DeliveryID) async throws(StoreFailure) -> [String] {
        let lines = try await read("reading a trace") { database in
            try String.fetchOne(database, sql: "SELECT lines FROM traces WHERE delivery = ?", arguments: [id.number])
        }
        return lines.map { $0.split(separator: "\n").map(String.init) } ?? []
    }

    package func deliveries(
        state: DeliveryState?,
        before: DeliveryID?,
        limit: Int
    ) async throws(StoreFailure) -> [StoredDelivery] {
        try await read("listing deliveries") { [path] database in
            var sql = StoredDeliveryRow.withoutBody + " WHERE d.id < ?"
            var arguments: StatementArguments = [before?.number ?? .max]
            if let state {
                sql += " AND d.state = ?"
                arguments += [state.code]
            }
            arguments += [limit]
            return try Row.fetchAll(database, sql: sql + " ORDER BY d.id DESC LIMIT ?", arguments: arguments)
                .map { try StoredDeliveryRow.decode($0, path: path) }
        }
    }

    package func queue() async throws(StoreFailure) -> DeliveryQueue {
        try await read("counting what waits") { database in
            // The index answers all but the two times; ids rise with the time of receipt.
            let sql = "SELECT count(*), min(id) FROM deliveries WHERE state = ?"
            let rows = try [DeliveryState.received, .waiting].map {
                try Row.fetchOne(database, sql: sql, arguments: [$0.code])
            }
            let times = try rows.compactMap { $0?[1] as Int64? }.compactMap { id in
                try Int64.fetchOne(database, sql: "SELECT received_at FROM deliveries WHERE id = ?", arguments: [id])
            }
            return DeliveryQueue(
                received: rows[0]?[0] ?? 0,
                waiting: rows[1]?[0] ?? 0,
                oldest: times.min().map(Timestamp.init(microseconds:))
            )
        }
    }

    package func deliveryCounts() async throws(StoreFailure) -> [DeliveryState: Int] {
        try await read("counting deliveries") { database in
            var counts: [DeliveryState: Int] = [:]
            let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) FROM deliveries GROUP BY state")
            for row in rows {
                if let state = DeliveryState(code: row[0]) { counts[state] = row[1] }
            }
            return counts
        }
    }

    package func driveAgain(_ ids: [DeliveryID]?) async throws(StoreFailure) -> Int {
        let count = try await write("driving deliveries again") { database in
            let update = """
                UPDATE deliveries SET state = 0, reason = '', next_try = NULL, attempts = 0 WHERE stored_bytes > 0
                """
            guard let ids else {
                try database.execute(sql: update + " AND state = ?", arguments: [DeliveryState.failed.code])
                return database.changesCount
            }
            var count = 0
            for id in ids {
                try database.execute(
                    sql: update + " AND state IN (?, ?) AND id = ?",
                    arguments: [DeliveryState.ignored.code, DeliveryState.failed.code, id.number]
                )
                count += database.changesCount
            }
            return count
        }
        if count > 0 { arrivalsHub.announce() }
        return count
    }
}
