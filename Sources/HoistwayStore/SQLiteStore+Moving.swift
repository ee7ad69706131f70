import FoundationEssentials
import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite
import Logging
import Synchronization

/// Moves ended promotions, which an older version has written as whole records, to their two rows.
///
/// It works in slices, next to all other work: the state is the same before, during and after the move, and a start
/// reads both forms. After a crash at any point, the next start continues with the rest.
extension SQLiteStore {
    /// The most promotions in one transaction: some milliseconds of the writer's thread.
    static let movedAtOnce = 50
    /// The most bytes of their JSON.
    private static let movedBytes = 256 << 10
    /// The number of promotions between two log lines about the progress.
    private static let toldEvery = 20_000

    /// Returns when nothing is left, or when its task is cancelled.
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
                try? await clock.sleep(for: pause)  // If cancelled, the loop ends.
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

    /// Promotions in `records`, in the order of their keys.
    struct FormerSlice: Sendable {
        fileprivate(set) var ended: [(key: String, row: EndedRow)] = []
        fileprivate(set) var seen = 0
        /// The next slice begins after it; `nil`: the slice is empty.
        fileprivate(set) var last: String?
    }

    /// A reader decodes them, so that the writer only copies.
    ///
    /// - Parameter most: the most to return; fewer if they would not fit into one transaction.
    func former(
        after start: String,
        most: Int = SQLiteStore.movedAtOnce
    ) async throws(StoreFailure) -> FormerSlice {
        try await read("reading promotions") { [path] in try Self.slice(after: start, most: most, $0, path) }
    }

    /// Moves them in one transaction; returns their number, and the time it took of the writer.
    func move(_ former: FormerSlice) async throws(StoreFailure) -> (count: Int, took: Duration) {
        guard !former.ended.isEmpty else { return (0, .zero) }
        let (count, took) = try await self.slice("moving promotions") { try Self.move(former.ended, $0) }
        return (count, took)
    }

    /// The progress of the move; `nil` if no move is running.
    package var moveProgress: MoveProgress? { moving.withLock(\.self) }

    private static func slice(
        after start: String,
        most: Int,
        _ database: Database,
        _ path: String
    ) throws -> FormerSlice {
        var slice = FormerSlice()
        var bytes = 0
        let (decoder, encoder) = (JSONDecoder(), RecordEncoder())
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

    /// Returns how many were still there: others were written or removed since, and need no move.
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

/// The progress of moving ended promotions of an older version.
package struct MoveProgress: Sendable, Equatable {
    /// Promotions that were looked at.
    package var seen: Int
    /// The number of promotions when the move began.
    package var count: Int

    fileprivate var fields: Logger.Metadata { ["seen": "\(seen)", "of": "\(count)"] }
}
