import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Runs the promotions of one repository, batch after batch, until no promotion can run.
///
/// Promotions that arrive while a batch is running wait for the next: so promotions share pushes.
struct Lane: Sendable {
    /// How many promotions are built before they are pushed together.
    ///
    /// It is less than the number of its own commits that Hoistway remembers for a branch: so all commits of one push
    /// are known later.
    static let maxBatch = 150

    let core: EngineCore
    let key: LaneKey

    func run() async {
        while !Task.isCancelled {
            await core.noteHeads()
            let ready = core.ledger.lanes.ready(in: key, now: core.ports.clock.now())
            let state = await core.ledger.snapshot
            let waiting = ready.filter { !core.apart.holds($0) }.compactMap(state.openPromotion)
            guard let first = waiting.first else { return core.laneRuns.pushTogether(key) }
            // Objects that were made for one URL of the repository do not exist for another: these URLs take turns.
            let remote = await core.foresee(first).remote
            var promotions: [PromotionRecord] = []
            for record in waiting where promotions.count < (core.laneRuns.pushesAlone(key) ? 1 : Self.maxBatch) {
                if await core.foresee(record).remote == remote { promotions.append(record) }
            }
            do {
                try await PromotionBatch(core: core, lane: key, promotions: promotions).run()
            } catch is CancellationError {
                return
            } catch {
                await postpone(promotions.map(\.id), error: error)
            }
        }
    }

    /// Runs one promotion alone.
    func run(only id: PromotionID) async {
        guard let record = await core.ledger.snapshot.openPromotion(id) else { return }
        do {
            try await PromotionBatch(core: core, lane: key, promotions: [record]).run()
        } catch is CancellationError {
            return
        } catch {
            await postpone([id], error: error)
        }
    }

    /// Runs one promotion outside the lane, up to its first push, or to a step that needs another kind of place.
    func run(apart record: PromotionRecord, at place: StepPlace) async {
        do {
            try await PromotionBatch(core: core, lane: key, promotions: [record], place: place).run()
        } catch is CancellationError {
            return
        } catch {
            await postpone([record.id], error: error)
        }
    }

    /// The remote, or the store, failed as a whole: all of the batch is tried again later.
    private func postpone(_ promotions: [PromotionID], error: any Error) async {
        core.metrics.outsideFailed(error)
        let now = core.ports.clock.now()
        let retry = (error as? any Diagnosable)?.retry ?? .backoff
        let text = message(of: error)
        do {
            try await core.transact { transaction, core in
                for id in promotions {
                    guard var record = transaction.state.openPromotion(id) else { continue }
                    record.postpone(text, retry: retry, now: now, random: core.ports.random)
                    if record.phase.isTerminal {
                        transaction.put(
                            PromotionOutcome.changes(
                                after: record,
                                stage: core.configuration.pipelines.stage(record.stage),
                                state: transaction.state,
                                now: now
                            )
                        )
                    } else {
                        transaction.put(.putPromotion(record))
                    }
                }
            }
        } catch {
            core.report(error, "the state cannot be written; the lane tries again in a second")
            try? await core.ports.clock.sleep(for: .seconds(1))  // If cancelled, the lane ends.
        }
    }
}
