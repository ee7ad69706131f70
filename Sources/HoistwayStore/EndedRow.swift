import FoundationEssentials
import HoistwayModel
import HoistwaySQLite

/// A promotion that has ended, as a start reads it: in columns, since JSON takes ten times as long to decode.
///
/// A second row has the whole promotion as JSON (`promotion_details`). Both are written and removed in one transaction.
struct EndedRow: Sendable {
    /// In the order of the ids.
    static let all = """
        SELECT id, project, stage, freight, collection, actor, mode, phase, message, created_at, started_at, finished_at, \
        steps, arrivals, exceptions FROM ended_promotions ORDER BY id
        """

    /// Values that most promotions do not have; as JSON.
    struct Exceptions: Codable, Equatable {
        var removal: String?
        var gaveWayTo: PromotionID?
        var failure: FailureRecord?
        var failedStep: StepName?
        var notableSteps: [StepRecord]?
        /// Used instead of the column if the column cannot represent the arrivals.
        var arrivals: [BranchArrival]?
    }

    private var promotion: EndedPromotion
    private var collection: String
    private var arrivals: [UInt8]
    private var exceptions: Data?

    init(_ promotion: EndedPromotion, _ encoder: RecordEncoder) throws {
        self.promotion = promotion
        collection = PackedText.text(promotion.collection.sorted { $0.key < $1.key }.map { [$0.key, $0.value.text] })
        var exceptions = Exceptions(
            removal: promotion.removal,
            gaveWayTo: promotion.gaveWayTo,
            failure: promotion.failure,
            failedStep: promotion.failedStep,
            notableSteps: promotion.notableSteps.isEmpty ? nil : promotion.notableSteps
        )
        if let packed = PackedArrivals.bytes(of: promotion.arrivals) {
            arrivals = packed
        } else {
            arrivals = []
            exceptions.arrivals = promotion.arrivals
        }
        self.exceptions = exceptions == Exceptions() ? nil : try encoder.encode(exceptions)
    }

    /// Writes both rows; removes the row of the open promotion.
    func put(whole: Data, _ database: Database) throws {
        let id = promotion.id.text
        let address = RecordAddress(promotion.id)
        try database.run("DELETE FROM records WHERE kind = ? AND key = ?", address.kind.rawValue, address.key)
        try database.run("INSERT OR REPLACE INTO promotion_details VALUES (?, ?)", id, whole)
        try putSummary(database)
    }

    /// Writes the only row that a start reads.
    func putSummary(_ database: Database) throws {
        let actor: String? = if case .person(let name) = promotion.actor { name } else { nil }
        try database.run(
            "INSERT OR REPLACE INTO ended_promotions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            promotion.id.text,
            promotion.stage.project,
            promotion.stage.name,
            promotion.freight.text,
            collection,
            actor,
            promotion.mode.rawValue,
            promotion.phase.rawValue,
            promotion.message,
            promotion.createdAt.microseconds,
            promotion.startedAt?.microseconds,
            promotion.finishedAt?.microseconds,
            promotion.stepCount,
            arrivals,
            exceptions
        )
    }

    /// Removes the promotion with all its rows.
    static func remove(_ id: String, _ database: Database) throws {
        try database.run("DELETE FROM ended_promotions WHERE id = ?", id)
        try database.run("DELETE FROM promotion_details WHERE promotion = ?", id)
        try database.run("DELETE FROM step_results WHERE promotion = ?", id)
    }
}

/// Lists of names and ids in one text, joined by separators that they cannot have.
private enum PackedText {
    private static let unit = "\u{1F}"
    private static let record = "\u{1E}"

    static func text(_ records: [[String]]) -> String {
        records.map { $0.joined(separator: unit) }.joined(separator: record)
    }

    static func records(_ text: String) -> [[String]] {
        guard !text.isEmpty else { return [] }
        return text.utf8.split(separator: 0x1E, omittingEmptySubsequences: false).map { record in
            record.split(separator: 0x1F, omittingEmptySubsequences: false).map { String(Substring($0)) }
        }
    }
}

/// Reads rows of ended promotions one after the other.
///
/// Values that many rows share are kept in memory once.
struct EndedRowReader {
    private var texts = SharedValues<String>()
    private var collections = SharedValues<[String: FreightID]>()
    private let decoder = JSONDecoder()

    /// - Parameter row: a row of ``EndedRow/all``.
    mutating func promotion(_ row: borrowing Row) throws -> EndedPromotion {
        guard let mode = PromotionMode(rawValue: try text(row, 6)),
            let phase = PromotionPhase(rawValue: try text(row, 7))
        else { throw Self.damaged("mode or phase") }
        let exceptions =
            row.isNull(14) ? nil : try decoder.decode(EndedRow.Exceptions.self, from: Data(try row.blobBytes(14)))
        let arrivals =
            if let listed = exceptions?.arrivals { listed } else { try self.arrivals(try row.blobBytes(13)) }
        return EndedPromotion(
            outline: PromotionOutline(
                id: PromotionID(try text(row, 0)),
                stage: StageKey(project: texts.text(try row.textBytes(1)), name: texts.text(try row.textBytes(2))),
                freight: FreightID(texts.text(try row.textBytes(3))),
                collection: try collection(try row.textBytes(4)),
                actor: row.isNull(5) ? .automatic : .person(texts.text(try row.textBytes(5))),
                mode: mode,
                phase: phase,
                message: try text(row, 8),
                createdAt: Timestamp(microseconds: try row.integer(9)),
                startedAt: row.isNull(10) ? nil : Timestamp(microseconds: try row.integer(10)),
                finishedAt: row.isNull(11) ? nil : Timestamp(microseconds: try row.integer(11)),
                removal: exceptions?.removal,
                gaveWayTo: exceptions?.gaveWayTo,
                failure: exceptions?.failure
            ),
            arrivals: arrivals,
            stepCount: Int(try row.integer(12)),
            notableSteps: exceptions?.notableSteps ?? [],
            failedStep: exceptions?.failedStep
        )
    }

    private mutating func arrivals(_ bytes: UnsafeRawBufferPointer) throws -> [BranchArrival] {
        var packed = PackedArrivals(bytes)
        var arrivals: [BranchArrival] = []
        while !packed.isAtEnd {
            guard let arrival = packed.next(&texts) else { throw Self.damaged("arrivals") }
            arrivals.append(arrival)
        }
        return arrivals
    }

    private mutating func collection(_ bytes: UnsafeRawBufferPointer) throws -> [String: FreightID] {
        try collections.value(bytes) { try Self.collection($0, &texts) }
    }

    private static func collection(
        _ bytes: UnsafeRawBufferPointer,
        _ texts: inout SharedValues<String>
    ) throws -> [String: FreightID] {
        var items: [String: FreightID] = [:]
        for var fields in PackedText.records(String(decoding: bytes, as: UTF8.self)) {
            guard fields.count == 2 else { throw damaged("collection") }
            let id = fields[1].withUTF8 { texts.text(UnsafeRawBufferPointer($0)) }
            if items[fields[0]] == nil { items[fields[0]] = FreightID(id) }
        }
        return items
    }

    private func text(_ row: borrowing Row, _ column: Int) throws -> String {
        String(decoding: try row.textBytes(column), as: UTF8.self)
    }

    private static func damaged(_ what: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: what))
    }
}
