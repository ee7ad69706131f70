import Dispatch
import HoistwayPorts
import HoistwaySQLite
import HoistwayThreads
import Logging
import Synchronization

/// One task for the writer.
enum WriterWork: Sendable {
    case delivery(PreparedDelivery)
    case job(any WriterJob)

    /// When a sender gets its answer, its delivery is on the disk.
    var durability: Durability {
        switch self {
        case .delivery: .disk
        case .job(let job): job.durability
        }
    }
}

/// A change in a shared transaction that can fail without the others.
protocol WriterJob: Sendable {
    /// The durability of the whole transaction is the strongest one requested in it.
    var durability: Durability { get }
    /// Called once, inside the transaction; an error undoes only this job.
    func run(_ database: Database) throws
    /// Called once, after the commit or after it failed.
    func finish(_ failure: StoreFailure?)
}

/// The only thread that writes.
///
/// It takes all pending work into one transaction, so that many deliveries share an fsync, and never waits for more:
/// while one commit is being written, the next batch forms. Even a wait of 500 microseconds cost 24 % when it was
/// measured.
final class Writer: Sendable {
    private struct State {
        var work: [WriterWork] = []
        var pendingBytes = 0
        var isIdle = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let settings: StoreSettings
    private let batches: WriterBatches

    init(
        _ connection: WritingConnection,
        settings: StoreSettings,
        files: StateFiles,
        logger: Logger,
        arrivals: Arrivals,
        metrics: StoreMetrics
    ) {
        self.settings = settings
        batches = WriterBatches(
            connection: connection,
            path: settings.path,
            files: files,
            logger: logger,
            arrivals: arrivals,
            metrics: metrics
        )
        OwnThread.start(named: "hoistway.write") { [self] in
            run()
            ended.signal()
        }
    }

    /// `false` if it was not accepted: the writer is stopping, or too much is waiting.
    func submit(_ delivery: PreparedDelivery) -> Bool {
        add(.delivery(delivery), bytes: delivery.compressed.count, bound: settings.maxPendingBytes)
    }

    func submit(_ job: any WriterJob) -> Bool {
        add(.job(job), bytes: 0, bound: .max)
    }

    private func add(_ work: WriterWork, bytes: Int, bound: Int) -> Bool {
        let (isTaken, wasIdle) = state.withLock { state in
            guard !state.isStopping, state.pendingBytes + bytes <= bound else { return (false, false) }
            state.work.append(work)
            state.pendingBytes += bytes
            defer { state.isIdle = false }
            return (true, state.isIdle)
        }
        if wasIdle { wake.signal() }
        return isTaken
    }

    var isBehind: Bool { batches.isBehind }

    /// Writes what is pending, then ends the thread.
    ///
    /// Blocks until the thread has ended.
    func stop() {
        let (isFirst, wasIdle) = state.withLock { state in
            defer {
                state.isStopping = true
                state.isIdle = false
            }
            return (!state.isStopping, state.isIdle)
        }
        guard isFirst else { return }
        if wasIdle { wake.signal() }
        ended.wait()
    }

    private func run() {
        var deliveries = DeliveryWriter()
        while let work = takeAll() {
            batches.write(work, &deliveries)
        }
    }

    /// Waits until there is work.
    ///
    /// If there is no new work in time, commits that are not on the disk yet are synced.
    private func rest() {
        guard batches.isBehind else { return wake.wait() }
        guard wake.wait(timeout: .now() + SQLiteStore.longestUnsynced.dispatched) == .timedOut else { return }
        batches.sync()
    }

    /// `nil` after a stop, when all work is done.
    private func takeAll() -> [WriterWork]? {
        while true {
            let (work, isStopping) = state.withLock { state in
                let work = state.work
                state.work = []
                state.work.reserveCapacity(64)
                state.pendingBytes = 0
                state.isIdle = work.isEmpty && !state.isStopping
                return (work, state.isStopping)
            }
            if !work.isEmpty { return work }
            if isStopping {
                batches.sync()
                return nil
            }
            rest()
        }
    }
}

extension Duration {
    fileprivate var dispatched: DispatchTimeInterval { .nanoseconds(Int(self / .nanoseconds(1))) }
}
