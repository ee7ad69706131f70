import FoundationEssentials
import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite
import Logging
import Synchronization

/// Moves ended promotions that an older version has written whole among the records to their two rows.
///
/// In slices, beside everything else: the state is the same before, between and after them, and a start reads both forms.
/// Killed at any point, the next start goes on with what is left.
extension SQLiteStore {
    /// Promotions in one transaction, at most: some milliseconds of the thread that writes.
    static let movedAtOnce = 50
    /// Of them, in bytes of JSON.
    private static let movedBytes = 256 << 10
    /// How often the log says how far it is, in promotions.
    private static let toldEvery = 20_000

    /// Returns when nothing is left, or its task is cancelled.
    ///
    /// A failure is logged and tried again after the pause.
    package func moveEndedPromotions(clock: any WallClock, pause: Duration = .seconds(60)) async {
        while !Task.isCancelled {
            do throws(StoreFailure) {
                try await moveAll()
                return
            } catch {
                logger.warning(
                    "ended promotions of an older version could not be moved; it is tried again",
                    metadata: ["error": "\(error.message)"]
                )
                try? await clock.sleep(for: pause)  // Cancelled: the loop ends at its head.
            }
        }
    }

    private func moveAll() async throws(StoreFailure) {
        let count = try await read("counting promotions") { database in
            let sql = "SELECT count(*) FROM records WHERE kind = ?"
            return try database.value(sql, RecordKind.promotion.rawValue) ?? 0
        }
        defer { moving.withLock { $0 = nil } }
        var progress = MoveProgress(seen: 0, count: count)
        var pace = SlicePace(most: Self.movedAtOnce)
        var moved = 0
        var cursor = ""
        while !Task.isCancelled {
            let start = cursor
            let slice = try await former(after: start, most: pace.size)
            guard let last = slice.last else { break }
            if moved == 0, !slice.ended.isEmpty {
                logger.info("ended promotions of an older version are moved", metadata: progress.fields)
            }
            let (count, took) = try await move(slice)
            pace.note(took)
            moved += count
            cursor = last
            let told = progress.seen / Self.toldEvery
            progress.seen += slice.seen
            if moved > 0 { moving.withLock { [progress] in $0 = progress } }
            metrics.promotions(toMove: moved > 0 ? max(0, progress.count - progress.seen) : 0)
            if progress.seen / Self.toldEvery > told, moved > 0 {
                logger.info("ended promotions are being moved", metadata: progress.fields)
            }
        }
        guard !Task.isCancelled else { return }
        metrics.promotions(toMove: 0)
        if moved > 0 { logger.info("all ended promotions are moved", metadata: ["promotions": "\(moved)"]) }
    }

    /// Promotions among the records, in the order of their keys.
    struct FormerSlice: Sendable {
        fileprivate(set) var ended: [(key: String, row: EndedRow)] = []
        fileprivate(set) var seen = 0
        /// The next slice begins behind it; `nil`: there was none.
        fileprivate(set) var last: String?
    }

    /// Decoded by a reader, so that the writer only copies.
    ///
    /// - Parameter most: at most so many, and not more than fit into one transaction.
    func former(
        after start: String,
        most: Int = SQLiteStore.movedAtOnce
    ) async throws(StoreFailure) -> FormerSlice {
        try await read("reading promotions") { [path] in try Self.slice(after: start, most: most, $0, path) }
    }

    /// In one transaction; gives how many were moved, and how long it took of the writer.
    func move(_ former: FormerSlice) async throws(StoreFailure) -> (count: Int, took: Duration) {
        guard !former.ended.isEmpty else { return (0, .zero) }
        let (count, took) = try await self.slice("moving promotions") { try Self.move(former.ended, $0) }
        return (count, took)
    }

    /// How far the move is; `nil` where nothing is moved at present.
    package var moveProgress: MoveProgress? { moving.withLock(\.self) }

    private static func slice(
        after start: String,
        most: Int,
        _ database: Database,
        _ path: String
    ) throws -> FormerSlice {
        var slice = FormerSlice()
        var bytes = 0
        let (decoder, encoder) = (JSONDecoder(), JSONEncoder())
        let sql = "SELECT key, value FROM records WHERE kind = ? AND key > ? ORDER BY key LIMIT ?"
        try database.forEach(sql, RecordKind.promotion.rawValue, start, most) { row in
            guard bytes < movedBytes else { return }
            let value: Data = try row[1]
            let key: String = try row[0]
            bytes += value.count
            slice.seen += 1
            slice.last = key
            guard let record = try? decoder.decode(PromotionRecord.self, from: value) else {
                throw StoreFailure.corrupt(path: path, detail: "a record of kind promotion is unreadable")
            }
            if record.phase.isTerminal { slice.ended.append((key, try EndedRow(EndedPromotion(record), encoder))) }
        }
        return slice
    }

    /// Gives how many were still there: one that was written or removed since has its rows already, or none.
    private static func move(_ ended: [(key: String, row: EndedRow)], _ database: Database) throws -> Int {
        var moved = 0
        let kind = RecordKind.promotion.rawValue
        for (key, row) in ended {
            try database.run(
                "INSERT INTO promotion_details SELECT key, value FROM records WHERE kind = ? AND key = ?",
                kind,
                key
            )
            guard database.changedRows == 1 else { continue }
            try database.run("DELETE FROM records WHERE kind = ? AND key = ?", kind, key)
            try row.putSummary(database)
            moved += 1
        }
        return moved
    }
}

/// How far ended promotions of an older version are moved.
package struct MoveProgress: Sendable, Equatable {
    /// Promotions that were looked at.
    package var seen: Int
    /// Promotions that there were when the move began.
    package var count: Int

    fileprivate var fields: Logger.Metadata { ["seen": "\(seen)", "of": "\(count)"] }
}
