import HoistwayModel
import HoistwayPorts

/// Forgets, now and then, what the pruning rules let go.
struct PruningService: Sendable {
    static let interval: Duration = .seconds(600)

    let core: EngineCore

    func run() async {
        let steady = SteadyTime(now: core.ports.clock.now())
        let started = ContinuousClock.now
        while !Task.isCancelled {
            do {
                let now = steady.now(wall: core.ports.clock.now(), elapsed: ContinuousClock.now - started)
                try await forget(at: now)
            } catch {
                core.report(error, "old promotions and freight cannot be forgotten; it is tried again")
            }
            try? await core.ports.clock.sleep(for: Self.interval)  // Cancelled: the loop ends at its head.
        }
    }

    /// In slices, so that deliveries and promotions are written between them.
    private func forget(at now: Timestamp) async throws {
        var left = Pruning.changes(in: await core.ledger.snapshot, now: now)[...]
        while !left.isEmpty, !Task.isCancelled {
            let slice = left.prefix(Pruning.slice)
            left = left.dropFirst(Pruning.slice)
            // The dispatcher hears of it: what was tried before may count no more.
            try await core.transact { transaction, _ in
                transaction.put(Pruning.holding(slice, in: transaction.state))
            }
        }
    }
}
