import Dispatch
import FoundationEssentials
import HoistwayModel
import HoistwayPorts
import HoistwaySQLite
import Synchronization

/// Reads the state from its rows: one thread reads them, others decode them and add them to the state.
///
/// Only some batches of rows are in memory at one time, in addition to the state itself.
final class StateLoading: Sendable {
    private struct Loaded {
        var state = PipelineState()
        var failure: (any Error)?
        /// Decoded batches that wait for an earlier one.
        var ahead: [Int: [Entry]] = [:]
        var next = 0
    }

    private enum Entry: Sendable {
        case change(Change)
        case promotions(PromotionLoading.Batch)
        /// An older version kept two records for one branch: they are merged.
        case branch(BranchRecord)
        /// Without the tags, or with those that an older version wrote into it.
        case subscription(SubscriptionRecord)
    }

    private struct RawRecord: Sendable {
        var kind: String
        var value: Data
    }

    private static let batch = 256
    /// The most batches that are read and not in the state yet.
    private static let most = 8

    private let path: String
    private let loaded = Mutex(Loaded())
    /// Separate, so that adding ended promotions delays nothing else.
    private let promotions = Mutex(PromotionLoading())
    private let decoding = DispatchQueue(label: "hoistway.decode", attributes: .concurrent)
    /// In order: adding at the end is fastest.
    private let joining = DispatchQueue(label: "hoistway.join")
    private let room = DispatchSemaphore(value: StateLoading.most)
    private let group = DispatchGroup()

    init(path: String) {
        self.path = path
    }

    func state(in database: Database) throws -> PipelineState {
        do {
            try readRecords(database)
            if try database.hasTable("ended_promotions") { try readEnded(database) }
        } catch {
            fail(error)
        }
        group.wait()
        var state = try loaded.withLock { loaded in
            if let failure = loaded.failure { throw failure }
            defer { loaded.state = PipelineState() }
            return loaded.state
        }
        state.promotions = promotions.withLock { $0.table() }
        try KnownTagRows.load(into: &state, database)
        return state
    }

    private func readRecords(_ database: Database) throws {
        var records: [RawRecord] = []
        var number = 0
        func hand() {
            let (batch, place) = (records, number)
            records.removeAll(keepingCapacity: true)
            number += 1
            run(on: decoding) { self.put(try self.decoded(batch), at: place) }
        }
        try database.forEach("SELECT kind, value FROM records") { row in
            records.append(RawRecord(kind: try row[0], value: try row[1]))
            if records.count == Self.batch { hand() }
        }
        hand()
    }

    private func readEnded(_ database: Database) throws {
        var reader = EndedRowReader()
        var promotions = PromotionLoading.Batch()
        func hand() {
            let batch = promotions
            promotions = PromotionLoading.Batch()
            run(on: joining) { self.promotions.withLock { $0.add(batch) } }
        }
        try database.forEach(EndedRow.all) { row in
            do {
                promotions.append(.ended(try reader.promotion(row)))
            } catch is DecodingError {
                throw StoreFailure.corrupt(path: path, detail: "an ended promotion is unreadable")
            }
            if promotions.count == Self.batch { hand() }
        }
        hand()
    }

    private func run(on queue: DispatchQueue, _ body: @escaping @Sendable () throws -> Void) {
        room.wait()
        queue.async(group: group) { [self] in
            defer { room.signal() }
            do { try body() } catch { fail(error) }
        }
    }

    /// Keeps the first failure, which is the one that is reported.
    private func fail(_ error: any Error) {
        loaded.withLock { $0.failure = $0.failure ?? error }
    }

    private func decoded(_ records: [RawRecord]) throws -> [Entry] {
        let decoder = JSONDecoder()
        return try records.map { record in
            do {
                return try Self.entry(record, decoder)
            } catch is DecodingError {
                // The decoder's message is left out: it may quote content.
                throw StoreFailure.corrupt(path: path, detail: "a record of kind \(record.kind) is unreadable")
            }
        }
    }

    /// In the order of the rows, so that earlier rows come first.
    private func put(_ entries: [Entry], at number: Int) {
        loaded.withLock { loaded in
            loaded.ahead[number] = entries
            while let ready = loaded.ahead.removeValue(forKey: loaded.next) {
                loaded.next += 1
                for entry in ready {
                    switch entry {
                    case .change(let change): loaded.state.apply(change)
                    case .promotions(let batch): promotions.withLock { $0.add(batch) }
                    case .branch(let record): loaded.state.load(record)
                    case .subscription(let record): loaded.state.load(record)
                    }
                }
            }
        }
    }

    private static func entry(_ record: RawRecord, _ decoder: JSONDecoder) throws -> Entry {
        switch RecordKind(rawValue: record.kind) {
        case .promotion:
            var batch = PromotionLoading.Batch()
            batch.append(KnownPromotion(try decoder.decode(PromotionRecord.self, from: record.value)))
            return .promotions(batch)
        case .branch: return .branch(try decoder.decode(BranchRecord.self, from: record.value))
        case .subscription: return .subscription(try decoder.decode(SubscriptionRecord.self, from: record.value))
        default: return .change(try change(record, decoder))
        }
    }

    private static func change(_ record: RawRecord, _ decoder: JSONDecoder) throws -> Change {
        let value = record.value
        switch RecordKind(rawValue: record.kind) {
        case .warehouse: return .putWarehouse(try decoder.decode(WarehouseRecord.self, from: value))
        case .annotations:
            let read = try RecordScanner.read(value, decoder) { (scanner) throws(RecordScanner.Unusual) in
                try scanner.annotations()
            }
            return .putAnnotations(read)
        case .freight:
            let read = try RecordScanner.read(value, decoder) { (scanner) throws(RecordScanner.Unusual) in
                try scanner.freightRecord()
            }
            return .putFreight(read)
        case .stage:
            let read = try RecordScanner.read(value, decoder) { (scanner) throws(RecordScanner.Unusual) in
                try scanner.stage()
            }
            return .putStage(read)
        case .health: return .putHealth(try decoder.decode(StageHealthRecord.self, from: value))
        case .intent: return .putIntent(try decoder.decode(PushIntent.self, from: value))
        case .notice: return .putNotice(try decoder.decode(Notice.self, from: value))
        case .refresh: return .putRefresh(try decoder.decode(RefreshRecord.self, from: value))
        case .promotion, .branch, .subscription, nil:
            throw DecodingError.valueNotFound(RecordKind.self, .init(codingPath: [], debugDescription: "kind"))
        }
    }
}
