import HoistwayModel
import HoistwayPorts

/// Forgets, at intervals, the records that the pruning rules remove.
struct PruningService: Sendable {
    static let interval: Duration = .seconds(600)
    /// While nothing changes, only age removes records: they are searched this often.
    static let idleInterval: Duration = .seconds(6 * 3_600)

    let core: EngineCore

    func run() async {
        let clock = core.ports.clock
        let steady = SteadyTime(now: clock.now())
        let started = ContinuousClock.now
        var last: Round?
        while !Task.isCancelled {
            do {
                let now = steady.now(wall: clock.now(), elapsed: clock.elapsed(since: started))
                let round = Round(at: now, changes: core.ledger.feed.revision.number)
                if round.isDue(after: last) {
                    try await forget(at: now)
                    last = round
                }
            } catch {
                core.report(error, "old promotions and freight cannot be forgotten; it is tried again")
            }
            try? await clock.sleep(for: Self.interval)  // If cancelled, the loop ends.
        }
    }

    /// One search through the whole state, which takes seconds on a large instance.
    struct Round {
        var at: Timestamp
        /// The number of the last reported change.
        var changes: UInt64

        func isDue(after last: Round?) -> Bool {
            guard let last, last.changes == changes else { return true }
            return at - last.at >= PruningService.idleInterval
        }
    }

    /// In slices, so that deliveries and promotions can be written between them.
    private func forget(at now: Timestamp) async throws {
        var left = Pruning.changes(in: await core.ledger.snapshot, now: now)[...]
        var pace = SlicePace(most: Pruning.slice)
        while !left.isEmpty, !Task.isCancelled {
            let slice = left.prefix(pace.size)
            left = left.dropFirst(pace.size)
            // Dispatched, since decisions may change when records of earlier tries are removed.
            let begin = try await core.transact { transaction, _ in
                let begin = ContinuousClock.now
                transaction.put(Pruning.holding(slice, in: transaction.state))
                return begin
            }
            pace.note(ContinuousClock.now - begin)
        }
    }
}
