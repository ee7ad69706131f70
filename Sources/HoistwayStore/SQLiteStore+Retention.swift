package import HoistwayModel
package import HoistwayPorts
import HoistwaySQLite
import Logging

/// What a round of pruning removed.
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
                // A clock that is set ahead by a year must not make everything old at once.
                let now = steady.now(wall: clock.now(), elapsed: ContinuousClock.now - started)
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
                // Ends early only by cancellation, which the loop sees.
                try? await clock.sleep(for: interval)
            }
        }
    }

    /// Removes what the settings no longer keep, in slices that let deliveries through between them.
    ///
    /// Deliveries that still need work are kept, whatever their age.
    package func prune(now: Timestamp) async throws(StoreFailure) -> PruneReport {
        var report = PruneReport()
        report.bodies = try await pruneBodies(now: now)
        report.deliveries = try await pruneHistory(before: now + (.zero - settings.retention.history))
        report.auditRecords = try await pruneAudit()
        return report
    }

    /// Compressed bytes of all bodies.
    ///
    /// Counted anew each round, by a reader: a running total would drift.
    ///
    /// Only from the oldest body on: the long history before it has lost its bodies.
    private func countBodyBytes() async throws(StoreFailure) -> Int64 {
        try await read("counting bodies") { database in
            let held = "WHERE id >= (SELECT min(delivery) FROM bodies)"
            return try database.value("SELECT sum(stored_bytes) FROM deliveries \(held)") ?? 0
        }
    }

    private func pruneBodies(now: Timestamp) async throws(StoreFailure) -> Int {
        let oldest = now + (.zero - settings.retention.bodies)
        var total = try await countBodyBytes()
        defer { metrics.bodies(bytes: total) }
        var cursor: Int64 = 0
        var removed = 0
        while true {
            let excess = total - settings.retention.maxBodyBytes
            let start = cursor
            let slice = try await write("removing bodies") { database in
                try BodySlice(after: start, oldest: oldest, excess: excess, database)
            }
            removed += slice.removed
            total -= slice.bytes
            guard let next = slice.next else { return removed }
            cursor = next
        }
    }

    private func pruneHistory(before oldest: Timestamp) async throws(StoreFailure) -> Int {
        var cursor: Int64 = 0
        var removed = 0
        while true {
            let start = cursor
            let slice = try await write("removing deliveries") { database in
                try HistorySlice(after: start, oldest: oldest, database)
            }
            removed += slice.removed
            guard let next = slice.next else { return removed }
            cursor = next
        }
    }

    private func pruneAudit() async throws(StoreFailure) -> Int {
        let done = try await pruneAudit("outcome IS NOT 'refused'", keeping: settings.retention.maxAuditRecords)
        return try await done + pruneAudit("outcome = 'refused'", keeping: settings.retention.maxRefusals)
    }

    /// Counts by a reader, so that the writer has to do with what goes only.
    private func pruneAudit(_ which: String, keeping kept: Int) async throws(StoreFailure) -> Int {
        let newest: Int64? = try await read("counting audit records") { database in
            try database.value("SELECT id FROM audit WHERE \(which) ORDER BY id DESC LIMIT 1 OFFSET ?", kept)
        }
        guard let newest else { return 0 }
        let slice = "SELECT id FROM audit WHERE \(which) AND id <= ? ORDER BY id LIMIT ?"
        var removed = 0
        while true {
            let count = try await write("removing audit records") { database in
                try database.run("DELETE FROM audit WHERE id IN (\(slice))", newest, RetentionSlice.rows)
                return database.changedRows
            }
            removed += count
            guard count == RetentionSlice.rows else { return removed }
        }
    }
}
