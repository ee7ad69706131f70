import Foundation
import GRDB
import HoistwayModel
import HoistwayPorts

/// Reads deliveries back.
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

    /// - Parameter path: names the file where the row makes no sense.
    static func decode(_ row: Row, path: String) throws -> StoredDelivery {
        guard let state = DeliveryState(code: row[7]) else {
            throw StoreFailure.corrupt(path: path, detail: "delivery \(row[0] as Int64) has an unknown state")
        }
        let body = row.count > 13 ? body(row) : []
        return StoredDelivery(
            id: DeliveryID(row[0]),
            receiver: row[1],
            senderID: row[2],
            headers: HeaderText.decode(row[3]),
            body: body ?? [],
            receivedAt: Timestamp(microseconds: row[4]),
            verdict: row[5],
            isEvidence: row[6],
            state: state,
            reason: row[8],
            nextTry: (row[9] as Int64?).map(Timestamp.init(microseconds:)),
            attempts: row[10],
            failureKind: (row[11] as String?).flatMap(DeliveryFailureKind.init(rawValue:)),
            decisions: decisions(row),
            isDamaged: body == nil
        )
    }

    /// In bytes, before anything is decompressed.
    static func bodySize(_ row: Row) -> Int { row[13] ?? 0 }

    /// None where they cannot be read: deciding once more what was decided changes nothing.
    private static func decisions(_ row: Row) -> [SubscriptionDecision] {
        guard let stored = row[12] as Data? else { return [] }
        return (try? JSONDecoder().decode([SubscriptionDecision].self, from: stored)) ?? []
    }

    /// `nil` where it is damaged: one such row must not keep the others from being read.
    private static func body(_ row: Row) -> [UInt8]? {
        guard let compressed = row[14] as Data? else { return [] }
        return Zstd.decompress(compressed, size: row[13])
    }
}
