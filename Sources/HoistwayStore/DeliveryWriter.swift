import Foundation
import GRDB
import HoistwayModel
import HoistwayPorts

/// Writes deliveries, within a transaction that somebody else begins and ends.
///
/// Used by the writer's thread only.
struct DeliveryWriter {
    private var receivers: [String: Int64] = [:]
    private var lastID: Int64?
    private var seen: SeenIndex

    init(seen: SeenIndex = SeenIndex()) {
        self.seen = seen
    }

    /// Forgets what a transaction that was rolled back may have taught.
    mutating func forget() {
        receivers = [:]
        lastID = nil
        seen.forget()
    }

    mutating func write(_ delivery: PreparedDelivery, _ database: Database) throws -> InboxAnswer {
        let receiver = try number(of: delivery.incoming.receiver, database)
        let incoming = delivery.incoming
        let body = SeenKey(.body, receiver: receiver, hash: incoming.bodySHA256)
        // An id that no signature covers is anybody's to choose: only together with the body's hash would it tell
        // anything, and the hash tells that alone. A proven one tells a resend from a second event with the same body.
        let sender = incoming.isSenderIDProven ? incoming.senderID : nil
        let key = sender.map { SeenKey(senderID: $0, receiver: receiver) } ?? body
        if !incoming.isReplay, let known = try answer(to: key, delivery, database) { return known }
        let id = try nextID(database)
        try insert(delivery, id: id, receiver: receiver, database)
        if key != body { try seen.insert(key, id, database) }
        try seen.insert(body, id, database)
        return .stored(DeliveryID(id))
    }

    /// What is left to do at the end of a batch.
    mutating func finishBatch(_ database: Database) throws {
        try seen.move(database)
    }

    /// `nil` where the delivery is new, or where the one that it repeats can no longer be driven again without it.
    private mutating func answer(
        to key: SeenKey,
        _ delivery: PreparedDelivery,
        _ database: Database
    ) throws -> InboxAnswer? {
        guard let id = try seen.find(key, database) else { return nil }
        let row = try Row.fetchOne(
            database.cachedStatement(
                sql: "SELECT state, stored_bytes, verdict, body_sha256 FROM deliveries WHERE id = ?"
            ),
            arguments: [id]
        )
        guard let row, Self.isSame(delivery.incoming, verdict: row[2], bodySHA256: row[3]) else { return nil }
        let state = DeliveryState(code: row[0])
        guard state == .failed || state == .ignored else { return .duplicate(of: DeliveryID(id), drivenAgain: false) }
        guard (row[1] as Int) > 0 else { return nil }
        try Self.driveAgain(id, database)
        if !delivery.incoming.isSenderIDProven { try takeHeaders(of: delivery.incoming, id, database) }
        return .duplicate(of: DeliveryID(id), drivenAgain: true)
    }

    /// Whether the delivery that was found is the same one.
    ///
    /// An id counts alone only where it was proven at both: the scheme tells whether it was.
    private static func isSame(_ incoming: IncomingDelivery, verdict: String, bodySHA256: Data) -> Bool {
        func scheme(_ verdict: String) -> Substring { verdict.prefix { $0 != "#" } }
        if incoming.isSenderIDProven, scheme(verdict) == scheme(incoming.verdict) { return true }
        return Array(bodySHA256) == incoming.bodySHA256
    }

    /// Names of events are not signed either: somebody may have sent a recorded body first, under another name.
    private func takeHeaders(of incoming: IncomingDelivery, _ id: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "UPDATE deliveries SET headers = ?, sender_id = ? WHERE id = ?")
            .execute(arguments: [HeaderText.encode(incoming.headers), incoming.senderID, id])
    }

    static func driveAgain(_ id: Int64, _ database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE deliveries SET state = 0, reason = '', next_try = NULL, attempts = 0, failure = NULL WHERE id = ?
                """
        ).execute(arguments: [id])
    }

    private func insert(_ delivery: PreparedDelivery, id: Int64, receiver: Int64, _ database: Database) throws {
        let incoming = delivery.incoming
        let row = try database.cachedStatement(
            sql: "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '', NULL, 0, ?, NULL)"
        )
        row.setUncheckedArguments([
            id, receiver, incoming.senderID, Data(incoming.bodySHA256), HeaderText.encode(incoming.headers),
            incoming.receivedAt.microseconds, incoming.verdict, incoming.isEvidence, delivery.compressed.count,
        ])
        try row.execute()
        let body = try database.cachedStatement(sql: "INSERT INTO bodies VALUES (?, ?, ?)")
        body.setUncheckedArguments([id, delivery.bodySize, delivery.compressed])
        try body.execute()
    }

    private mutating func nextID(_ database: Database) throws -> Int64 {
        let last = try lastID ?? Int64.fetchOne(database, sql: "SELECT max(id) FROM deliveries") ?? 0
        lastID = last + 1
        return last + 1
    }

    private mutating func number(of receiver: String, _ database: Database) throws -> Int64 {
        if let number = receivers[receiver] { return number }
        try database.execute(sql: "INSERT OR IGNORE INTO receivers (name) VALUES (?)", arguments: [receiver])
        let number = try Int64.fetchOne(
            database,
            sql: "SELECT number FROM receivers WHERE name = ?",
            arguments: [receiver]
        )
        guard let number else { throw DatabaseError(resultCode: .SQLITE_CORRUPT) }
        receivers[receiver] = number
        return number
    }
}
