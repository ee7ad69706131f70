import Foundation
import GRDB
import HoistwayModel
import HoistwayPorts

/// When deliveries came, by their order: none came before the one ahead of it, whatever a clock said that was set back.
private struct SequenceAge {
    /// So many rows before the first are looked at.
    private static let lookBack = 200

    private let database: Database
    private var latest: Int64?

    init(_ database: Database) {
        self.database = database
    }

    /// - Parameter time: as it was stored with the delivery, in microseconds.
    mutating func receivedAt(_ id: Int64, _ time: Int64) throws -> Int64 {
        let before = try latest ?? latestBefore(id)
        latest = max(before, time)
        return max(before, time)
    }

    private func latestBefore(_ id: Int64) throws -> Int64 {
        try Int64.fetchOne(
            database,
            sql: """
                SELECT max(received_at) FROM \
                (SELECT received_at FROM deliveries WHERE id < ? ORDER BY id DESC LIMIT ?)
                """,
            arguments: [id, Self.lookBack]
        ) ?? .min
    }
}

/// One slice of removing bodies, oldest deliveries first.
struct BodySlice: Sendable {
    private(set) var removed = 0
    private(set) var bytes: Int64 = 0
    /// Where the next slice begins; `nil` at the end.
    private(set) var next: Int64?

    /// - Parameter excess: bytes above what may be kept; removal goes on below `oldest` until they are gone.
    init(after start: Int64, oldest: Timestamp, excess: Int64, rows: Int, _ database: Database) throws {
        let candidates = try Row.fetchAll(
            database,
            sql: """
                SELECT d.id, d.state, d.received_at, d.stored_bytes \
                FROM bodies b JOIN deliveries d ON d.id = b.delivery WHERE b.delivery > ? ORDER BY b.delivery LIMIT ?
                """,
            arguments: [start, rows]
        )
        var isAtKept = false
        var age = SequenceAge(database)
        for row in candidates {
            let isOld = try age.receivedAt(row[0], row[2]) < oldest.microseconds
            guard isOld || bytes < excess else {
                isAtKept = true
                break
            }
            guard (row[1] as Int) >= DeliveryState.firstFinished else { continue }
            try Self.remove(row[0], database)
            removed += 1
            bytes += row[3]
        }
        if !isAtKept, candidates.count == rows { next = candidates.last?[0] }
    }

    private static func remove(_ id: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "DELETE FROM bodies WHERE delivery = ?").execute(arguments: [id])
        try database.cachedStatement(sql: "UPDATE deliveries SET stored_bytes = 0 WHERE id = ?").execute(arguments: [id]
        )
    }
}

/// One slice of forgetting deliveries altogether.
struct HistorySlice: Sendable {
    private(set) var removed = 0
    /// Where the next slice begins; `nil` at the end.
    private(set) var next: Int64?

    init(after start: Int64, oldest: Timestamp, rows: Int, _ database: Database) throws {
        // The newest row stays, so that no id is ever given twice.
        let candidates = try Row.fetchAll(
            database,
            sql: """
                SELECT id, state, received_at, stored_bytes, receiver, sender_id, body_sha256 FROM deliveries \
                WHERE id > ? AND id < (SELECT max(id) FROM deliveries) ORDER BY id LIMIT ?
                """,
            arguments: [start, rows]
        )
        var isAtKept = false
        var age = SequenceAge(database)
        for row in candidates {
            guard try age.receivedAt(row[0], row[2]) < oldest.microseconds else {
                isAtKept = true
                break
            }
            // A body that is still there is for the other slices, which count its bytes.
            guard (row[1] as Int) >= DeliveryState.firstFinished, (row[3] as Int) == 0 else { continue }
            try Self.remove(row, database)
            removed += 1
        }
        if !isAtKept, candidates.count == rows { next = candidates.last?[0] }
    }

    private static func remove(_ row: Row, _ database: Database) throws {
        let id: Int64 = row[0]
        var keys = [SeenKey(.body, receiver: row[4], hash: [UInt8](row[6] as Data))]
        if let sender = row[5] as String? { keys.append(SeenKey(senderID: sender, receiver: row[4])) }
        for key in keys {
            // A newer delivery may stand for the key by now.
            try database.cachedStatement(sql: "DELETE FROM seen WHERE key = ? AND delivery = ?")
                .execute(arguments: [key.data, id])
        }
        try database.cachedStatement(sql: "DELETE FROM traces WHERE delivery = ?").execute(arguments: [id])
        try database.cachedStatement(sql: "DELETE FROM deliveries WHERE id = ?").execute(arguments: [id])
    }
}
