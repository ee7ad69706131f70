import HoistwayModel
import HoistwayPorts
import HoistwaySQLite

/// Writes deliveries, within a transaction that the caller begins and ends.
///
/// Used by the writer's thread only.
struct DeliveryWriter {
    private var receivers: [String: Int64] = [:]
    private var lastID: Int64?
    private var seen: SeenIndex

    init(seen: SeenIndex = SeenIndex()) {
        self.seen = seen
    }

    /// Forgets values that were read in a transaction that was rolled back.
    mutating func forget() {
        receivers = [:]
        lastID = nil
        seen.forget()
    }

    mutating func write(_ delivery: PreparedDelivery, _ database: Database) throws -> InboxAnswer {
        let receiver = try number(of: delivery.incoming.receiver, database)
        let incoming = delivery.incoming
        let body = SeenKey(.body, receiver: receiver, hash: incoming.bodySHA256)
        // If no signature covers an id, anybody can choose it: it proves nothing without the body's hash, and the hash
        // alone is enough. A proven id separates a resend from a second event with the same body.
        let sender = incoming.isSenderIDProven ? incoming.senderID : nil
        let key = sender.map { SeenKey(senderID: $0, receiver: receiver) } ?? body
        if !incoming.isReplay, let known = try answer(to: key, delivery, database) { return known }
        let id = try nextID(database)
        try insert(delivery, id: id, receiver: receiver, database)
        if key != body { try seen.insert(key, id, database) }
        try seen.insert(body, id, database)
        return .stored(DeliveryID(id))
    }

    /// Work at the end of a batch.
    mutating func finishBatch(_ database: Database) throws {
        try seen.move(database)
    }

    /// `nil` if the delivery is new, or if the earlier one has no body and cannot be decided again without this one.
    private mutating func answer(
        to key: SeenKey,
        _ delivery: PreparedDelivery,
        _ database: Database
    ) throws -> InboxAnswer? {
        guard let id = try seen.find(key, database) else { return nil }
        let sql = "SELECT state, stored_bytes, verdict, body_sha256 FROM deliveries WHERE id = ?"
        let known = try database.first(sql, id) { row in
            (
                state: DeliveryState(code: try row[0]), hasBody: try (row[1] as Int) > 0,
                isSame: Self.isSame(delivery.incoming, verdict: try row[2], bodySHA256: try row[3])
            )
        }
        guard let known, known.isSame else { return nil }
        guard known.state == .failed || known.state == .ignored else {
            return .duplicate(of: DeliveryID(id), requeued: false)
        }
        guard known.hasBody else { return nil }
        try Self.requeue(id, database)
        if !delivery.incoming.isSenderIDProven { try takeHeaders(of: delivery.incoming, id, database) }
        return .duplicate(of: DeliveryID(id), requeued: true)
    }

    /// Whether the found delivery is the same one.
    ///
    /// An id alone is enough only if it was proven for both: the scheme shows that.
    private static func isSame(_ incoming: IncomingDelivery, verdict: String, bodySHA256: [UInt8]) -> Bool {
        func scheme(_ verdict: String) -> Substring { verdict.prefix { $0 != "#" } }
        if incoming.isSenderIDProven, scheme(verdict) == scheme(incoming.verdict) { return true }
        return bodySHA256 == incoming.bodySHA256
    }

    /// Names of events are not signed either: somebody may have sent a recorded body before, with another name.
    private func takeHeaders(of incoming: IncomingDelivery, _ id: Int64, _ database: Database) throws {
        let sql = "UPDATE deliveries SET headers = ?, sender_id = ? WHERE id = ?"
        try database.run(sql, HeaderText.encode(incoming.headers), incoming.senderID, id)
    }

    static func requeue(_ id: Int64, _ database: Database) throws {
        try database.run(
            "UPDATE deliveries SET state = 0, reason = '', next_try = NULL, attempts = 0, failure = NULL WHERE id = ?",
            id
        )
    }

    private func insert(_ delivery: PreparedDelivery, id: Int64, receiver: Int64, _ database: Database) throws {
        let incoming = delivery.incoming
        try database.run(
            "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '', NULL, 0, ?, NULL)",
            id,
            receiver,
            incoming.senderID,
            incoming.bodySHA256,
            HeaderText.encode(incoming.headers),
            incoming.receivedAt.microseconds,
            incoming.verdict,
            incoming.isEvidence,
            delivery.compressed.count
        )
        try database.run("INSERT INTO bodies VALUES (?, ?, ?)", id, delivery.bodySize, delivery.compressed)
    }

    private mutating func nextID(_ database: Database) throws -> Int64 {
        let last = try lastID ?? database.value("SELECT max(id) FROM deliveries") ?? 0
        lastID = last + 1
        return last + 1
    }

    private mutating func number(of receiver: String, _ database: Database) throws -> Int64 {
        if let number = receivers[receiver] { return number }
        try database.run("INSERT OR IGNORE INTO receivers (name) VALUES (?)", receiver)
        let number: Int64? = try database.value("SELECT number FROM receivers WHERE name = ?", receiver)
        guard let number else { throw SQLiteFailure.damaged("a receiver that was stored is not found") }
        receivers[receiver] = number
        return number
    }
}
