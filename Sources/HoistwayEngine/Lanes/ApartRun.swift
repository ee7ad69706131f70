import HoistwayModel
import HoistwaySteps

/// Runs one promotion outside its lane: one of its steps may take long, and must not block the lane.
///
/// The results of such steps are kept, and effects are stored. When the promotion reaches a push, its lane runs it
/// again: steps in memory take no time, and see the branch as it is then. See the decision record on running apart.
struct ApartRun: Sendable {
    let core: EngineCore
    let id: PromotionID

    func run() async {
        core.waits.beginLook(id)
        core.pullRequestNews.beginLook(id)
        defer {
            core.waits.endLook(id)
            core.pullRequestNews.endLook(id)
        }
        await withTaskGroup { group in
            group.addTask { await promote() }
            group.addTask { await waitForEnd() }
            await group.next()
            group.cancelAll()
        }
        let record = await core.ledger.snapshot.openPromotion(id)
        if record == nil { core.memos.forget(id) }
        core.apart.end(id)
        if let record { core.ledger.lanes.tell(record.stage) }
        core.ledger.lanesChanged.notify()
    }

    private func promote() async {
        guard let place = core.apart.place(of: id), let record = await core.ledger.snapshot.openPromotion(id)
        else { return }
        await Lane(core: core, key: core.lane(of: record)).run(apart: record, at: place)
    }

    /// Returns when the promotion was aborted, or has ended otherwise: its programs are then stopped.
    private func waitForEnd() async {
        while !Task.isCancelled {
            let seen = core.ledger.lanesChanged.count
            guard await core.ledger.snapshot.openPromotion(id) != nil else { return }
            await core.ledger.lanesChanged.wait(since: seen)
        }
    }
}
