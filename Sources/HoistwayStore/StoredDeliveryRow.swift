import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite

/// Reads deliveries from their rows.
struct StoredDeliveryRow {
    private static let columns = """
        d.id, r.name, d.sender_id, d.headers, d.received_at, d.verdict, d.is_evidence, d.state, d.reason, d.next_try, \
        d.attempts, d.failure, t.decisions
        """
    private static let tables = """
        deliveries d JOIN receivers r ON r.number = d.receiver LEFT JOIN traces t ON t.delivery = d.id
        """

    static let withoutBody = "SELECT \(columns) FROM \(tables)"

    static let withBody = """
        SELECT \(columns), b.size, b.bytes FROM \(tables) LEFT JOIN bodies b ON b.delivery = d.id
        """

    /// - Parameter path: the file to name if the row is invalid.
    static func decode(_ row: borrowing Row, path: String) throws -> StoredDelivery {
        guard let state = DeliveryState(code: try row[7]) else {
            throw StoreFailure.corrupt(path: path, detail: "delivery \(try row[0] as Int64) has an unknown state")
        }
        let body = row.count > 13 ? try body(row) : []
        return StoredDelivery(
            id: DeliveryID(try row[0]),
            receiver: try row[1],
            senderID: try row[2],
            headers: HeaderText.decode(try row[3]),
            body: body ?? [],
            receivedAt: Timestamp(microseconds: try row[4]),
            verdict: try row[5],
            isEvidence: try row[6],
            state: state,
            reason: try row[8],
            nextTry: (try row[9] as Int64?).map(Timestamp.init(microseconds:)),
            attempts: try row[10],
            failureKind: (try row[11] as String?).flatMap(DeliveryFailureKind.init(rawValue:)),
            decisions: try decisions(row),
            isDamaged: body == nil
        )
    }

    /// In bytes, before anything is decompressed.
    static func bodySize(_ row: borrowing Row) throws -> Int { try row[13] ?? 0 }

    /// Empty if they cannot be read: repeating a decision changes nothing.
    private static func decisions(_ row: borrowing Row) throws -> [SubscriptionDecision] {
        guard let stored: Data = try row[12] else { return [] }
        return (try? JSONDecoder().decode([SubscriptionDecision].self, from: stored)) ?? []
    }

    /// `nil` if it is damaged: such a row must not prevent reading the others.
    private static func body(_ row: borrowing Row) throws -> [UInt8]? {
        guard let compressed: Data = try row[14] else { return [] }
        return Zstd.decompress(compressed, size: try row[13])
    }
}
