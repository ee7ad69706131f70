import GRDB
package import HoistwayModel
package import HoistwayPorts

extension SQLiteStore {
    package func pending(_ which: PendingDeliveries, limit: Int) async throws(StoreFailure) -> [DeliveryID] {
        let ids =
            switch which {
            case .received(let cursor): try await received(after: cursor, limit: limit)
            case .due(let now): try await due(at: now, limit: limit)
            case .waiting(let cursor): try await ids(in: .waiting, after: cursor.number, limit: limit)
            }
        return ids.map { DeliveryID($0) }
    }

    private func received(after cursor: DeliveryID, limit: Int) async throws(StoreFailure) -> [Int64] {
        let back = arrivalsHub.takeRewound()
        do {
            return try await ids(
                in: .received,
                after: back.map { min($0.number - 1, cursor.number) } ?? cursor.number,
                limit: limit
            )
        } catch {
            if let back { arrivalsHub.rewind(to: back) }
            throw error
        }
    }

    private func ids(in state: DeliveryState, after id: Int64, limit: Int) async throws(StoreFailure) -> [Int64] {
        try await read("reading pending deliveries") { database in
            let sql = "SELECT id FROM deliveries WHERE state = ? AND id > ? ORDER BY id LIMIT ?"
            return try Int64.fetchAll(database.cachedStatement(sql: sql), arguments: [state.code, id, limit])
        }
    }

    /// A waiting delivery without a time is due: leaving it would be losing it.
    ///
    /// Three questions that the index of waiting ones answers alone; one with OR would read all that wait.
    private func due(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [Int64] {
        try await read("reading deliveries that are due") { database in
            let sql = "SELECT id FROM deliveries WHERE state = 1 AND next_try"
            let late = (now + NextTry.horizon).microseconds
            var ids = try Int64.fetchAll(
                database.cachedStatement(sql: "\(sql) IS NULL LIMIT ?"),
                arguments: [limit]
            )
            ids += try Int64.fetchAll(
                database.cachedStatement(sql: "\(sql) <= ? ORDER BY next_try, id LIMIT ?"),
                arguments: [now.microseconds, limit]
            )
            ids += try Int64.fetchAll(
                database.cachedStatement(sql: "\(sql) > ? ORDER BY next_try, id LIMIT ?"),
                arguments: [late, limit]
            )
            return Array(ids.prefix(limit))
        }
    }

    package func undecided(
        _ ids: [DeliveryID],
        within bounds: PendingBounds
    ) async throws(StoreFailure) -> [StoredDelivery] {
        try await read("reading pending deliveries") { [path] database in
            let sql = StoredDeliveryRow.withBody + " WHERE d.id = ? AND d.state < ?"
            let statement = try database.cachedStatement(sql: sql)
            var taken: [StoredDelivery] = []
            var bytes = 0
            for id in ids {
                let arguments: StatementArguments = [id.number, DeliveryState.firstFinished]
                guard let row = try Row.fetchOne(statement, arguments: arguments) else { continue }
                let size = StoredDeliveryRow.bodySize(row)
                guard bounds.takes(size, besides: (taken.count, bytes)) else { break }
                bytes += size
                taken.append(try StoredDeliveryRow.decode(row, path: path))
            }
            return taken
        }
    }

    package func newestDelivery() async throws(StoreFailure) -> DeliveryID? {
        let newest = try await read("reading the newest delivery") { database in
            try Int64.fetchOne(database.cachedStatement(sql: "SELECT max(id) FROM deliveries"))
        }
        return newest.map { DeliveryID($0) }
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

    package func driveAgain(_ ids: [DeliveryID]?, audit: [AuditRecord]) async throws(StoreFailure) -> Int {
        let driven = try await write("driving deliveries again") { database in
            for record in audit { try Self.put(record, database) }
            let update = """
                UPDATE deliveries SET state = 0, reason = '', next_try = NULL, attempts = 0, failure = NULL \
                WHERE stored_bytes > 0 AND
                """
            guard let ids else {
                return try Int64.fetchAll(
                    database,
                    sql: update + " state = ? AND failure IS NOT ? RETURNING id",
                    arguments: [DeliveryState.failed.code, DeliveryFailureKind.sender.rawValue]
                )
            }
            return try ids.flatMap { id in
                try Int64.fetchAll(
                    database,
                    sql: update + " state IN (?, ?) AND id = ? RETURNING id",
                    arguments: [DeliveryState.ignored.code, DeliveryState.failed.code, id.number]
                )
            }
        }
        if let first = driven.min() {
            arrivalsHub.rewind(to: DeliveryID(first))
            arrivalsHub.announce()
        }
        return driven.count
    }
}
