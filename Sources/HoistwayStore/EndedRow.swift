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
/// Texts that many rows share are kept in memory once.
struct EndedRowReader {
    private var texts: [String: String] = [:]
    private var collections: [String: [String: FreightID]] = [:]
    private let decoder = JSONDecoder()

    /// - Parameter row: a row of ``EndedRow/all``.
    mutating func promotion(_ row: borrowing Row) throws -> EndedPromotion {
        let name: String? = try row[5]
        guard let mode = PromotionMode(rawValue: try row[6]), let phase = PromotionPhase(rawValue: try row[7]) else {
            throw Self.damaged("mode or phase")
        }
        let started: Int64? = try row[10]
        let finished: Int64? = try row[11]
        let blob: Data? = try row[14]
        let exceptions = try blob.map { try decoder.decode(EndedRow.Exceptions.self, from: $0) }
        let arrivals: [BranchArrival]
        if let listed = exceptions?.arrivals {
            arrivals = listed
        } else {
            var packed = PackedArrivals(try row[13])
            var found: [BranchArrival] = []
            while !packed.isAtEnd {
                guard var arrival = packed.next() else { throw Self.damaged("arrivals") }
                arrival.remote = shared(arrival.remote)
                arrival.branch = shared(arrival.branch)
                found.append(arrival)
            }
            arrivals = found
        }
        return EndedPromotion(
            outline: PromotionOutline(
                id: PromotionID(try row[0]),
                stage: StageKey(project: shared(try row[1]), name: shared(try row[2])),
                freight: FreightID(shared(try row[3])),
                collection: try collection(try row[4]),
                actor: name.map { .person(shared($0)) } ?? .automatic,
                mode: mode,
                phase: phase,
                message: try row[8],
                createdAt: Timestamp(microseconds: try row[9]),
                startedAt: started.map(Timestamp.init(microseconds:)),
                finishedAt: finished.map(Timestamp.init(microseconds:)),
                removal: exceptions?.removal,
                gaveWayTo: exceptions?.gaveWayTo,
                failure: exceptions?.failure
            ),
            arrivals: arrivals,
            stepCount: try row[12],
            notableSteps: exceptions?.notableSteps ?? [],
            failedStep: exceptions?.failedStep
        )
    }

    /// Returns the earlier copy of an equal text; texts up to 15 bytes need no memory of their own.
    private mutating func shared(_ text: String) -> String {
        guard text.utf8.count > 15 else { return text }
        if let known = texts[text] { return known }
        texts[text] = text
        return text
    }

    private mutating func collection(_ text: String) throws -> [String: FreightID] {
        if let known = collections[text] { return known }
        let items = try PackedText.records(text).map { fields in
            guard fields.count == 2 else { throw Self.damaged("collection") }
            return (shared(fields[0]), FreightID(shared(fields[1])))
        }
        let made = Dictionary(items) { first, _ in first }
        collections[text] = made
        return made
    }

    private static func damaged(_ what: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: what))
    }
}
