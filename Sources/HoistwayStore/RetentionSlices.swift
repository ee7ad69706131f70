import HoistwayModel
import HoistwayPorts
import HoistwaySQLite

/// Times of receipt that never fall from one delivery to the next, even if the clock was set back.
private struct SequenceAge {
    /// How many rows before the first are read.
    private static let lookBack = 200

    private let database: Database
    private var latest: Int64?

    init(_ database: Database) {
        self.database = database
    }

    /// - Parameter time: the stored time of the delivery, in microseconds.
    mutating func receivedAt(_ id: Int64, _ time: Int64) throws -> Int64 {
        let before = try latest ?? latestBefore(id)
        latest = max(before, time)
        return max(before, time)
    }

    private func latestBefore(_ id: Int64) throws -> Int64 {
        try database.value(
            """
            SELECT max(received_at) FROM (SELECT received_at FROM deliveries WHERE id < ? ORDER BY id DESC LIMIT ?)
            """,
            id,
            Self.lookBack
        ) ?? .min
    }
}

/// How much is removed in one transaction: new deliveries wait for some milliseconds, and never for 20.
enum RetentionSlice {
    /// The most rows; after a slow slice, fewer: see ``SlicePace``.
    static let rows = 200
    /// Compressed bytes of bodies for each allowed row: SQLite reads each page of a large body to free it.
    static let bytesOfRow: Int64 = 20 << 10
}

/// One slice of removing bodies, oldest deliveries first.
struct BodySlice: Sendable {
    private(set) var removed = 0
    private(set) var bytes: Int64 = 0
    /// Where the next slice begins; `nil` at the end.
    private(set) var next: Int64?

    /// - Parameters:
    ///   - excess: bytes above the limit; bodies are removed beyond `oldest` until they are below it.
    ///   - rows: the most rows that are looked at.
    init(after start: Int64, oldest: Timestamp, excess: Int64, rows: Int, _ database: Database) throws {
        let candidates = try database.all(
            """
            SELECT d.id, d.state, d.received_at, d.stored_bytes \
            FROM bodies b JOIN deliveries d ON d.id = b.delivery WHERE b.delivery > ? ORDER BY b.delivery LIMIT ?
            """,
            start,
            rows
        ) { row in
            (
                id: try row[0] as Int64, state: try row[1] as Int, receivedAt: try row[2] as Int64,
                bytes: try row[3] as Int64
            )
        }
        var isAtKept = false
        var age = SequenceAge(database)
        for row in candidates {
            let isOld = try age.receivedAt(row.id, row.receivedAt) < oldest.microseconds
            guard isOld || bytes < excess else {
                isAtKept = true
                break
            }
            guard bytes < Int64(rows) * RetentionSlice.bytesOfRow else { return }
            next = row.id
            guard row.state >= DeliveryState.firstFinished else { continue }
            try Self.remove(row.id, database)
            removed += 1
            bytes += row.bytes
        }
        if isAtKept || candidates.count < rows { next = nil }
    }

    private static func remove(_ id: Int64, _ database: Database) throws {
        try database.run("DELETE FROM bodies WHERE delivery = ?", id)
        try database.run("UPDATE deliveries SET stored_bytes = 0 WHERE id = ?", id)
    }
}

/// One slice of removing whole deliveries.
struct HistorySlice: Sendable {
    private(set) var removed = 0
    /// Where the next slice begins; `nil` at the end.
    private(set) var next: Int64?

    /// - Parameter rows: the most rows that are looked at.
    init(after start: Int64, oldest: Timestamp, rows: Int, _ database: Database) throws {
        // The newest row stays, so that no id is ever used twice.
        let candidates = try database.all(
            """
            SELECT id, state, received_at, stored_bytes, receiver, sender_id, body_sha256 FROM deliveries \
            WHERE id > ? AND id < (SELECT max(id) FROM deliveries) ORDER BY id LIMIT ?
            """,
            start,
            rows,
            read: Candidate.init
        )
        var isAtKept = false
        var age = SequenceAge(database)
        for row in candidates {
            guard try age.receivedAt(row.id, row.receivedAt) < oldest.microseconds else {
                isAtKept = true
                break
            }
            // Existing bodies are removed by the other slices, which count their bytes.
            guard row.state >= DeliveryState.firstFinished, row.bytes == 0 else { continue }
            try Self.remove(row, database)
            removed += 1
        }
        if !isAtKept, candidates.count == rows { next = candidates.last?.id }
    }

    private static func remove(_ row: Candidate, _ database: Database) throws {
        for key in row.keys {
            // The key may belong to a newer delivery by now.
            try database.run("DELETE FROM seen WHERE key = ? AND delivery = ?", key.bytes, row.id)
        }
        try database.run("DELETE FROM traces WHERE delivery = ?", row.id)
        try database.run("DELETE FROM deliveries WHERE id = ?", row.id)
    }

    private struct Candidate {
        let id: Int64
        let state: Int
        let receivedAt: Int64
        let bytes: Int64
        /// The keys by which a duplicate is found.
        let keys: [SeenKey]

        init(_ row: borrowing Row) throws {
            id = try row[0]
            state = try row[1]
            receivedAt = try row[2]
            bytes = try row[3]
            let receiver: Int64 = try row[4]
            let sender: String? = try row[5]
            keys =
                [SeenKey(.body, receiver: receiver, hash: try row[6])]
                + (sender.map { [SeenKey(senderID: $0, receiver: receiver)] } ?? [])
        }
    }
}
