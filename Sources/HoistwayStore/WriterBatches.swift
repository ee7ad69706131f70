import HoistwayPorts
import HoistwaySQLite
import Logging
import Synchronization

/// Writes one batch in one transaction and reports the result to each part of it.
final class WriterBatches: Sendable {
    private let connection: WritingConnection
    private let path: String
    private let files: StateFiles
    private let logger: Logger
    private let arrivals: Arrivals
    private let metrics: StoreMetrics
    private let lastComplaint = Mutex<ContinuousClock.Instant?>(nil)
    private let progress = Mutex(Progress())

    private struct Progress {
        /// The connection's present setting.
        var durability = Durability.disk
        /// Whether there are transactions that are not on the disk yet.
        var isBehind = false
    }

    init(
        connection: WritingConnection,
        path: String,
        files: StateFiles,
        logger: Logger,
        arrivals: Arrivals,
        metrics: StoreMetrics
    ) {
        self.connection = connection
        self.path = path
        self.files = files
        self.logger = logger
        self.arrivals = arrivals
        self.metrics = metrics
    }

    func write(_ work: [WriterWork], _ deliveries: inout DeliveryWriter) {
        var outcome = BatchOutcome()
        let started = ContinuousClock.now
        let durability: Durability = work.contains { $0.durability == .disk } ? .disk : .program
        do {
            try files.check()
            try connection.use { database in
                try set(durability, database)
                try database.transaction {
                    for item in work { try perform(item, &deliveries, &outcome, database) }
                    try deliveries.finishBatch(database)
                    // After this point the batch cannot be undone.
                    try files.check()
                }
            }
            progress.withLock { $0.isBehind = durability == .program }
            // The files may have been lost between the check and the commit: then the batch does not count as stored.
            try files.check()
            metrics.committed(deliveries: outcome.count, took: ContinuousClock.now - started)
            finish(outcome)
        } catch {
            deliveries.forget()
            let failure = StoreFailure(error, operation: "writing", path: path)
            complain(failure, count: work.count)
            fail(work, with: failure)
        }
    }

    /// Whether a crash of the machine could lose a commit.
    var isBehind: Bool { progress.withLock(\.isBehind) }

    /// Syncs earlier commits to the disk; call it on the writer's thread, between batches.
    func sync() {
        guard isBehind else { return }
        do {
            try Disk.sync(path + "-wal")
            progress.withLock { $0.isBehind = false }
        } catch {
            complain(error, count: 0)
        }
    }

    private func set(_ durability: Durability, _ database: Database) throws {
        guard progress.withLock({ $0.durability != durability }) else { return }
        try database.setSynced(durability == .disk)
        progress.withLock { $0.durability = durability }
    }

    private func perform(
        _ item: WriterWork,
        _ deliveries: inout DeliveryWriter,
        _ outcome: inout BatchOutcome,
        _ database: Database
    ) throws {
        switch item {
        case .delivery(let delivery):
            outcome.add(try deliveries.write(delivery, database), for: delivery)
        case .job(let job):
            outcome.jobs.append((job, try runAlone(job, database)))
        }
    }

    /// Runs a job so that it can be undone alone.
    ///
    /// If SQLite itself rolls back (a full disk), the whole batch is lost: later writes would be outside of any
    /// transaction.
    private func runAlone(_ job: any WriterJob, _ database: Database) throws -> StoreFailure? {
        do throws(PartFailure) {
            try database.part { try job.run(database) }
            return nil
        } catch {
            switch error {
            case .undone(let error): return StoreFailure(error, operation: "writing", path: path)
            case .transactionLost(let error): throw error
            }
        }
    }

    private func finish(_ outcome: BatchOutcome) {
        for (job, failure) in outcome.jobs { job.finish(failure) }
        if let newest = outcome.newest { arrivals.note(newest) }
        if let first = outcome.requeued { arrivals.rewind(to: first) }
        if outcome.hasNews { arrivals.announce() }
        for group in outcome.groups { group.reply.answered(group.answers) }
    }

    private func fail(_ work: [WriterWork], with failure: StoreFailure) {
        var outcome = BatchOutcome()
        for item in work {
            switch item {
            case .delivery(let delivery): outcome.add(.unavailable(failure.message), for: delivery)
            case .job(let job): outcome.jobs.append((job, failure))
            }
        }
        metrics.refused(deliveries: outcome.count)
        finish(outcome)
    }

    /// Logs a failure, at most once a second; lost files are logged by their own check, once.
    private func complain(_ failure: StoreFailure, count: Int) {
        if case .moved = failure { return }
        let now = ContinuousClock.now
        let isDue = lastComplaint.withLock { last in
            if let last, now - last < .seconds(1) { return false }
            last = now
            return true
        }
        guard isDue else { return }
        logger.error(
            "the state cannot be written; deliveries are refused with 503",
            metadata: ["error": "\(failure)", "batch.size": "\(count)"]
        )
    }
}

/// The answers of one batch, grouped by receiver of the answers.
private struct BatchOutcome {
    struct Group {
        let reply: any InboxReply
        var answers: [(ticket: UInt64, answer: InboxAnswer)]
    }

    var groups: [Group] = []
    var jobs: [(job: any WriterJob, failure: StoreFailure?)] = []
    /// Whether there is something to decode.
    var hasNews = false
    /// The first delivery that must be decided again.
    var requeued: DeliveryID?
    /// The last stored delivery.
    var newest: DeliveryID?
    var count = 0

    mutating func add(_ answer: InboxAnswer, for delivery: PreparedDelivery) {
        count += 1
        switch answer {
        case .stored(let id):
            hasNews = true
            newest = id
        case .duplicate(let id, requeued: true):
            hasNews = true
            requeued = requeued.map { min($0, id) } ?? id
        case .duplicate, .unavailable: break
        }
        // Each event loop is one group: a search from the end finds it at once.
        if let index = groups.lastIndex(where: { $0.reply === delivery.reply }) {
            groups[index].answers.append((delivery.ticket, answer))
        } else {
            groups.append(Group(reply: delivery.reply, answers: [(delivery.ticket, answer)]))
        }
    }
}
