package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite

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
        try await rewinding(cursor) { start throws(StoreFailure) in
            try await ids(in: .received, after: start, limit: limit)
        }
    }

    /// One call of a reader: waking its thread costs more than both queries.
    package func received(
        after cursor: DeliveryID,
        limit: Int,
        within bounds: PendingBounds,
        isKnown: @escaping @Sendable (DeliveryID) -> Bool
    ) async throws(StoreFailure) -> ReceivedDeliveries {
        try await rewinding(cursor) { start throws(StoreFailure) in
            try await read("reading pending deliveries") { [path] database in
                let ids = try Self.ids(in: .received, after: start, limit: limit, database).map { DeliveryID($0) }
                let unknown = ids.filter { !isKnown($0) }
                let read = try Self.undecided(unknown, within: bounds, path: path, database)
                return ReceivedDeliveries(ids: ids, unknown: unknown, read: read)
            }
        }
    }

    /// Begins with the first retried delivery, if that is before the cursor.
    private func rewinding<Value: Sendable>(
        _ cursor: DeliveryID,
        _ read: (_ start: Int64) async throws(StoreFailure) -> Value
    ) async throws(StoreFailure) -> Value {
        let back = arrivalsHub.takeRewound()
        do {
            return try await read(back.map { min($0.number - 1, cursor.number) } ?? cursor.number)
        } catch {
            if let back { arrivalsHub.rewind(to: back) }
            throw error
        }
    }

    private func ids(in state: DeliveryState, after id: Int64, limit: Int) async throws(StoreFailure) -> [Int64] {
        try await read("reading pending deliveries") { database in
            try Self.ids(in: state, after: id, limit: limit, database)
        }
    }

    private static func ids(
        in state: DeliveryState,
        after id: Int64,
        limit: Int,
        _ database: Database
    ) throws -> [Int64] {
        try database.values(
            "SELECT id FROM deliveries WHERE state = ? AND id > ? ORDER BY id LIMIT ?",
            state.code,
            id,
            limit
        )
    }

    /// A waiting delivery without a time is due: otherwise it would never be decided.
    ///
    /// The index of waiting deliveries alone answers these three queries; one query with OR would read all waiting
    /// rows.
    private func due(at now: Timestamp, limit: Int) async throws(StoreFailure) -> [Int64] {
        try await read("reading deliveries that are due") { database in
            let sql = "SELECT id FROM deliveries WHERE state = 1 AND next_try"
            let late = (now + NextTry.horizon).microseconds
            let unknown: [Int64] = try database.values("\(sql) IS NULL LIMIT ?", limit)
            let order = "ORDER BY next_try, id LIMIT ?"
            let due: [Int64] = try database.values("\(sql) <= ? \(order)", now.microseconds, limit)
            let tooLate: [Int64] = try database.values("\(sql) > ? \(order)", late, limit)
            return Array((unknown + due + tooLate).prefix(limit))
        }
    }

    package func undecided(
        _ ids: [DeliveryID],
        within bounds: PendingBounds
    ) async throws(StoreFailure) -> [StoredDelivery] {
        try await read("reading pending deliveries") { [path] database in
            try Self.undecided(ids, within: bounds, path: path, database)
        }
    }

    private static func undecided(
        _ ids: [DeliveryID],
        within bounds: PendingBounds,
        path: String,
        _ database: Database
    ) throws -> [StoredDelivery] {
        let sql = StoredDeliveryRow.withBody + " WHERE d.id = ? AND d.state < ?"
        var taken: [StoredDelivery] = []
        var bytes = 0
        for id in ids {
            let isTaken = try database.first(sql, id.number, DeliveryState.firstFinished) { row in
                let size = try StoredDeliveryRow.bodySize(row)
                guard bounds.takes(size, besides: (taken.count, bytes)) else { return false }
                bytes += size
                taken.append(try StoredDeliveryRow.decode(row, path: path))
                return true
            }
            if isTaken == false { break }
        }
        return taken
    }

    package func arrived(after id: DeliveryID, limit: Int) async throws(StoreFailure) -> [ArrivedDelivery] {
        try await read("reading the newest deliveries") { database in
            let sql = """
                SELECT d.id, r.name FROM deliveries d JOIN receivers r ON r.number = d.receiver \
                WHERE d.id > ? ORDER BY d.id DESC LIMIT ?
                """
            return try database.all(sql, id.number, limit) { row in
                ArrivedDelivery(id: DeliveryID(try row[0]), receiver: try row[1])
            }
        }
    }

    /// Known without a query after the first write.
    package func newestDelivery() async throws(StoreFailure) -> DeliveryID? {
        if let newest = arrivalsHub.newest { return newest }
        let newest: Int64? = try await read("reading the newest delivery") { database in
            try database.value("SELECT max(id) FROM deliveries")
        }
        return newest.map { DeliveryID($0) }
    }

    package func nextDeliveryTry() async throws(StoreFailure) -> Timestamp? {
        let next: Int64? = try await read("reading the next try") { database in
            try database.value("SELECT min(next_try) FROM deliveries WHERE state = 1")
        }
        return next.map(Timestamp.init(microseconds:))
    }

    package func delivery(_ id: DeliveryID) async throws(StoreFailure) -> StoredDelivery? {
        try await read("reading a delivery") { [path] database in
            let sql = StoredDeliveryRow.withBody + " WHERE d.id = ?"
            let delivery = try database.first(sql, id.number) { try StoredDeliveryRow.decode($0, path: path) }
            if let delivery, delivery.isDamaged {
                throw StoreFailure.corrupt(path: path, detail: "the body of delivery \(id) is not whole")
            }
            return delivery
        }
    }

    package func trace(of id: DeliveryID) async throws(StoreFailure) -> [String] {
        let lines: String? = try await read("reading a trace") { database in
            try database.value("SELECT lines FROM traces WHERE delivery = ?", id.number)
        }
        return lines.map { $0.split(separator: "\n").map(String.init) } ?? []
    }

    package func deliveries(
        state: DeliveryState?,
        before: DeliveryID?,
        limit: Int
    ) async throws(StoreFailure) -> [StoredDelivery] {
        try await read("listing deliveries") { [path] database in
            let (before, newest) = (before?.number ?? .max, "d.id < ? ORDER BY d.id DESC LIMIT ?")
            let sql = StoredDeliveryRow.withoutBody
            guard let state else {
                return try database.all("\(sql) WHERE \(newest)", before, limit) { row in
                    try StoredDeliveryRow.decode(row, path: path)
                }
            }
            return try database.all("\(sql) WHERE d.state = ? AND \(newest)", state.code, before, limit) { row in
                try StoredDeliveryRow.decode(row, path: path)
            }
        }
    }

    package func queue() async throws(StoreFailure) -> DeliveryQueue {
        try await read("counting what waits") { database in
            // The index has everything except the two times; ids grow with the time of receipt.
            let sql = "SELECT count(*), min(id) FROM deliveries WHERE state = ?"
            func waiting(_ state: DeliveryState) throws -> (count: Int, receivedAt: Int64?) {
                let found = try database.first(sql, state.code) { row in (try row[0] as Int, try row[1] as Int64?) }
                guard let (count, first) = found, let first else { return (0, nil) }
                return (count, try database.value("SELECT received_at FROM deliveries WHERE id = ?", first))
            }
            let (received, waiting) = (try waiting(.received), try waiting(.waiting))
            return DeliveryQueue(
                received: received.count,
                waiting: waiting.count,
                oldest: [received.receivedAt, waiting.receivedAt].compactMap(\.self).min()
                    .map(Timestamp.init(microseconds:))
            )
        }
    }

    package func deliveryCounts() async throws(StoreFailure) -> [DeliveryState: Int] {
        try await read("counting deliveries") { database in
            var counts: [DeliveryState: Int] = [:]
            try database.forEach("SELECT state, count(*) FROM deliveries GROUP BY state") { row in
                if let state = DeliveryState(code: try row[0]) { counts[state] = try row[1] as Int }
            }
            return counts
        }
    }

    package func requeueDeliveries(_ ids: [DeliveryID]?, audit: [AuditRecord]) async throws(StoreFailure) -> Int {
        let requeued: [Int64] = try await write("queueing deliveries again") { database in
            for record in audit { try Self.put(record, database) }
            let update = """
                UPDATE deliveries SET state = 0, reason = '', next_try = NULL, attempts = 0, failure = NULL \
                WHERE stored_bytes > 0 AND
                """
            guard let ids else {
                return try database.values(
                    "\(update) state = ? AND failure IS NOT ? RETURNING id",
                    DeliveryState.failed.code,
                    DeliveryFailureKind.sender.rawValue
                )
            }
            return try ids.flatMap { id in
                try database.values(
                    "\(update) state IN (?, ?) AND id = ? RETURNING id",
                    DeliveryState.ignored.code,
                    DeliveryState.failed.code,
                    id.number
                )
            }
        }
        if let first = requeued.min() {
            arrivalsHub.rewind(to: DeliveryID(first))
            arrivalsHub.announce()
        }
        return requeued.count
    }
}
