package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite
import Logging
import Synchronization

/// The numbers of rows that a round of pruning removed.
package struct PruneReport: Sendable, Equatable {
    package var bodies = 0
    package var deliveries = 0
    package var auditRecords = 0

    package init(bodies: Int = 0, deliveries: Int = 0, auditRecords: Int = 0) {
        self.bodies = bodies
        self.deliveries = deliveries
        self.auditRecords = auditRecords
    }
}

extension SQLiteStore {
    /// Prunes every `interval`, until the task is cancelled.
    ///
    /// A failure is logged and tried again next time.
    package func keepTidy(clock: any WallClock, every interval: Duration = .seconds(60)) async {
        let steady = SteadyTime(now: clock.now())
        let started = ContinuousClock.now
        while !Task.isCancelled {
            do {
                // If the clock is set ahead by a year, not everything must become old at once.
                let now = steady.now(wall: clock.now(), elapsed: clock.elapsed(since: started))
                let report = try await prune(now: now)
                if report != PruneReport() {
                    logger.info(
                        "old deliveries removed",
                        metadata: ["bodies": "\(report.bodies)", "deliveries": "\(report.deliveries)"]
                    )
                }
                try await clock.sleep(for: interval)
            } catch is CancellationError {
                return
            } catch {
                logger.warning(
                    "old deliveries could not be removed",
                    metadata: ["error": "\(PlainError.text(of: error))"]
                )
                // It ends early only if cancelled, and then the loop ends.
                try? await clock.sleep(for: interval)
            }
        }
    }

    /// Removes what the settings no longer keep, in slices, so that deliveries can be written between them.
    ///
    /// Deliveries that still need work are kept, at any age.
    package func prune(now: Timestamp) async throws(StoreFailure) -> PruneReport {
        var report = PruneReport()
        report.bodies = try await pruneBodies(now: now)
        report.deliveries = try await pruneHistory(before: now + (.zero - settings.retention.history))
        report.auditRecords = try await pruneAudit()
        return report
    }

    /// Removes or moves rows in one transaction, while others wait; returns the time it took of the writer.
    ///
    /// It is not synced to the disk: if the machine loses it, it is repeated.
    func slice<Value: Sendable>(
        _ operation: String,
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreFailure) -> (Value, took: Duration) {
        let (value, took) = try await write(operation, .program) { database in
            let start = ContinuousClock.now
            let value = try body(database)
            return (value, ContinuousClock.now - start)
        }
        metrics.slice(took: took)
        return (value, took)
    }

    /// Compressed bytes of all bodies.
    ///
    /// A reader counts them, only from the oldest body on: the long history before it has no bodies. New bodies since
    /// the last count are added. Everything is counted again after a hundred rounds, so that an error would not stay.
    private func countBodyBytes() async throws(StoreFailure) -> Int64 {
        let known = bodyCount.withLock { $0.isOld ? BodyCount() : $0 }
        let added = try await read("counting bodies") { database in
            // One statement, so that both values include the same deliveries.
            let sum = "SELECT sum(stored_bytes), max(id) FROM deliveries"
            let held = "WHERE id > ? AND id >= (SELECT min(delivery) FROM bodies)"
            return try database.all("\(sum) \(held)", known.newest) { row in
                (bytes: try row[0] as Int64? ?? 0, newest: try row[1] as Int64? ?? known.newest)
            }
        }
        let count = added.reduce(into: known) { count, added in
            count.bytes += added.bytes
            count.newest = added.newest
            count.rounds += 1
        }
        bodyCount.withLock { $0 = count }
        return count.bytes
    }

    private func pruneBodies(now: Timestamp) async throws(StoreFailure) -> Int {
        let oldest = now + (.zero - settings.retention.bodies)
        var total = try await countBodyBytes()
        defer { metrics.bodies(bytes: total) }
        var cursor: Int64 = 0
        var removed = 0
        var pace = SlicePace(most: RetentionSlice.rows)
        while true {
            let excess = total - settings.retention.maxBodyBytes
            let (start, rows) = (cursor, pace.size)
            let (slice, took) = try await self.slice("removing bodies") { database in
                try BodySlice(after: start, oldest: oldest, excess: excess, rows: rows, database)
            }
            pace.note(took)
            removed += slice.removed
            total -= slice.bytes
            bodyCount.withLock { $0.bytes -= slice.bytes }
            guard let next = slice.next else { return removed }
            cursor = next
        }
    }

    private func pruneHistory(before oldest: Timestamp) async throws(StoreFailure) -> Int {
        var cursor: Int64 = 0
        var removed = 0
        var pace = SlicePace(most: RetentionSlice.rows)
        while true {
            let (start, rows) = (cursor, pace.size)
            let (slice, took) = try await self.slice("removing deliveries") { database in
                try HistorySlice(after: start, oldest: oldest, rows: rows, database)
            }
            pace.note(took)
            removed += slice.removed
            guard let next = slice.next else { return removed }
            cursor = next
        }
    }

    private func pruneAudit() async throws(StoreFailure) -> Int {
        let done = try await pruneAudit("outcome IS NOT 'refused'", keeping: settings.retention.maxAuditRecords)
        return try await done + pruneAudit("outcome = 'refused'", keeping: settings.retention.maxRefusals)
    }

    /// A reader counts them, so that the writer only removes.
    private func pruneAudit(_ which: String, keeping kept: Int) async throws(StoreFailure) -> Int {
        let newest: Int64? = try await read("counting audit records") { database in
            try database.value("SELECT id FROM audit WHERE \(which) ORDER BY id DESC LIMIT 1 OFFSET ?", kept)
        }
        guard let newest else { return 0 }
        let slice = "SELECT id FROM audit WHERE \(which) AND id <= ? ORDER BY id LIMIT ?"
        var removed = 0
        var pace = SlicePace(most: RetentionSlice.rows)
        while true {
            let rows = pace.size
            let (count, took) = try await self.slice("removing audit records") { database in
                try database.run("DELETE FROM audit WHERE id IN (\(slice))", newest, rows)
                return database.changedRows
            }
            pace.note(took)
            removed += count
            guard count == rows else { return removed }
        }
    }
}

/// The known bytes of all bodies.
struct BodyCount: Sendable {
    var bytes: Int64 = 0
    /// It includes deliveries up to this id.
    var newest: Int64 = 0
    /// How many additions there were since the last full count.
    var rounds = 0

    /// Whether everything must be counted again.
    var isOld: Bool { rounds >= 100 }
}
