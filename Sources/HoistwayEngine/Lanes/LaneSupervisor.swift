import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Logging

/// Starts a lane for every repository with promotions to run; lanes run at the same time.
struct LaneSupervisor: Sendable {
    /// How long others wait for a promotion that is resumed after a crash, unless the program has crashed while it ran
    /// alone.
    static let patience: Duration = .seconds(120)

    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            // Each repository has only one lane.
            let running = RunningSet<LaneKey>()
            for id in await suspects() {
                guard let record = await core.ledger.snapshot.openPromotion(id) else { continue }
                let lane = await core.lane(of: record)
                guard running.begin(lane) else { continue }
                let ended = Signal()
                let seen = ended.count
                group.addTask {
                    await resume(id, in: lane)
                    running.end(lane)
                    core.ledger.lanes.ended(lane)
                    ended.notify()
                }
                let patience = (record.run?.crashes ?? 0) > 0 ? nil : Self.patience
                await ended.wait(since: seen, atMost: patience, by: core.ports.clock)
            }
            while !Task.isCancelled {
                let seen = core.ledger.lanesChanged.count
                let now = core.ports.clock.now()
                let work = await core.takeRunnable()
                for lane in work.lanes where running.begin(lane) {
                    group.addTask {
                        await Lane(core: core, key: lane).run()
                        running.end(lane)
                        core.ledger.lanes.ended(lane)
                        // A new look finds promotions that came while the lane was ending.
                        core.ledger.lanesChanged.notify()
                    }
                }
                await addLooks(of: work)
                while let id = core.apart.take(limit: core.configuration.parallelSteps) {
                    group.addTask { await ApartRun(core: core, id: id).run() }
                }
                await rest(since: seen, until: [work.nextDue, core.decider.nextLook], now: now)
            }
        }
    }

    /// Runs a promotion alone until it ends or waits, also its steps outside the lane: otherwise a promotion that
    /// crashes the program there would never be found.
    private func resume(_ id: PromotionID, in lane: LaneKey) async {
        while !Task.isCancelled {
            await Lane(core: core, key: lane).run(only: id)
            guard core.apart.take(id) else { return }
            await ApartRun(core: core, id: id).run()
            guard let record = await core.ledger.snapshot.openPromotion(id),
                record.nextTry == nil
            else { return }
        }
    }

    /// The promotions that ran when the program crashed, to be resumed one at a time: so the one that crashes it again
    /// is found, and is set aside after the third time.
    func suspects() async -> [PromotionID] {
        do {
            let found = try await core.transact { transaction, core in
                let found = AfterCrash(
                    transaction.state,
                    pipelines: core.configuration.pipelines,
                    now: core.ports.clock.now()
                )
                transaction.put(found.changes)
                return found
            }
            if !found.resumed.isEmpty {
                core.log.warning(
                    "the program ended suddenly while promotions ran; they are resumed one at a time",
                    metadata: ["promotions": .string(found.resumed.map(\.text).joined(separator: ","))]
                )
            }
            for id in found.setAside {
                core.log.error(
                    "a promotion is set aside: the program has ended three times while it ran alone",
                    metadata: .of([.promotionID: id.text])
                )
            }
            return found.resumed
        } catch {
            core.report(error, "the promotions that a crash interrupted cannot be stored")
            return []
        }
    }

    /// Runs what can run now, and what becomes possible through that, until nothing is left.
    func drain() async throws {
        while !Task.isCancelled {
            while let id = core.apart.take(limit: 1) { await ApartRun(core: core, id: id).run() }
            // A promotion that ran outside its lane may be ready for it now.
            let work = await core.takeRunnable()
            await addLooks(of: work)
            guard !work.lanes.isEmpty || !work.looks.isEmpty else { return }
            for lane in work.lanes.sorted(by: { ($0.project, $0.repository) < ($1.project, $1.repository) }) {
                await Lane(core: core, key: lane).run()
            }
        }
    }

    private func addLooks(of work: LaneBook.Work) async {
        guard !work.looks.isEmpty else { return }
        let state = await core.ledger.snapshot
        for record in work.looks.compactMap(state.openPromotion) {
            let project = record.stage.project
            core.apart.add(record.id, of: project, at: core.place(of: record.presentStep, in: project))
        }
    }

    private func rest(since seen: UInt64, until moments: [Timestamp?], now: Timestamp) async {
        let first = moments.compactMap { $0 }.min()
        let pause = first.map { max($0 - now, .milliseconds(10)) }
        let isDue = await core.ledger.lanesChanged.wait(since: seen, atMost: pause, by: core.ports.clock)
        guard isDue, let look = core.decider.nextLook, look <= core.ports.clock.now() else { return }
        await checkAgain()
    }

    /// Freight has become available because time has passed.
    private func checkAgain() async {
        do {
            try await core.transact { _, _ in }
        } catch {
            core.report(error, "the dispatcher's decision cannot be stored; it is made again")
        }
    }
}
