/// Inserts the store's rows again with SQLite alone: one thread, WAL, every commit synced.
struct BareInserts {
    /// The tables with rows of one delivery, each with the column of its number.
    private static let tables = [("deliveries", "id"), ("bodies", "delivery"), ("seen", "delivery")]

    private struct Row {
        var table: Int
        var values: [SQLiteValue]
    }

    private let schema: [String]
    private let deliveries: [[Row]]

    /// Reads the schema and at most `limit` deliveries, with their rows, from a database of the store.
    init(of path: String, limit: Int) throws {
        let file = try SQLiteFile(path)
        schema = try file.rows(
            "SELECT sql FROM sqlite_master WHERE sql NOT NULL AND tbl_name IN ('deliveries', 'bodies', 'seen')"
                + " ORDER BY type DESC"
        ).compactMap { if case .text(let sql)? = $0.first { sql } else { nil } }
        let first = Int64(try file.number("SELECT min(id) FROM deliveries"))
        var deliveries = [[Row]](repeating: [], count: limit)
        for (index, (table, column)) in Self.tables.enumerated() {
            for row in try file.rows("SELECT \(column), * FROM \(table) WHERE \(column) < \(first + Int64(limit))") {
                guard case .integer(let id)? = row.first else { continue }
                deliveries[Int(id - first)].append(Row(table: index, values: Array(row.dropFirst())))
            }
        }
        self.deliveries = deliveries.filter { !$0.isEmpty }
    }

    /// Deliveries a second into a new database at `path`, with `batch` deliveries in a transaction.
    func run(into path: String, batch: Int) throws -> Double {
        let file = try SQLiteFile(path)
        try file.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        for sql in schema { try file.run(sql) }
        let statements = try Self.tables.enumerated().map { index, table in
            let count = deliveries.first?.first { $0.table == index }?.values.count ?? 1
            let places = Array(repeating: "?", count: count).joined(separator: ", ")
            return try SQLiteStatement(file, "INSERT INTO \(table.0) VALUES (\(places))")
        }
        let start = ContinuousClock.now
        for from in stride(from: 0, to: deliveries.count, by: max(1, batch)) {
            try file.run("BEGIN IMMEDIATE")
            for delivery in deliveries[from..<min(from + max(1, batch), deliveries.count)] {
                for row in delivery { try statements[row.table].execute(row.values) }
            }
            try file.run("COMMIT")
        }
        return Double(deliveries.count) / (Stopwatch.milliseconds(since: start) / 1000)
    }
}
