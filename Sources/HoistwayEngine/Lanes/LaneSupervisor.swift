import HoistwayModel
import HoistwayPorts

/// Starts a lane for every repository that has promotions to run; lanes run beside each other.
struct LaneSupervisor: Sendable {
    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            // One repository has one lane.
            let running = RunningSet<LaneKey>()
            while !Task.isCancelled {
                let seen = core.ledger.changed.rings
                let now = core.ports.clock.now()
                let work = Runnable(state: await core.ledger.snapshot, now: now)
                for lane in work.lanes.keys where running.begin(lane) {
                    group.addTask {
                        await Lane(core: core, key: lane).run()
                        running.end(lane)
                        // What came while the lane was closing is seen by a new look.
                        core.ledger.changed.ring()
                    }
                }
                await rest(since: seen, until: [work.nextDue, core.nextLook], now: now)
            }
        }
    }

    /// Runs what can run now, and what that makes possible, until nothing is left.
    func drain() async throws {
        while true {
            let work = Runnable(state: await core.ledger.snapshot, now: core.ports.clock.now())
            guard !work.lanes.isEmpty else { return }
            for lane in work.lanes.keys.sorted(by: { ($0.project, $0.repoURL) < ($1.project, $1.repoURL) }) {
                await Lane(core: core, key: lane).run()
            }
        }
    }

    private func rest(since seen: UInt64, until moments: [Timestamp?], now: Timestamp) async {
        let first = moments.compactMap { $0 }.min()
        let pause = first.map { max($0 - now, .milliseconds(10)) }
        let isDue = await core.ledger.changed.wait(since: seen, atMost: pause, by: core.ports.clock)
        guard isDue, let look = core.nextLook, look <= core.ports.clock.now() else { return }
        await lookAgain()
    }

    /// The clock alone made something available.
    private func lookAgain() async {
        do {
            try await core.transact { _, _ in }
        } catch {
            core.report(error, "the dispatcher's decision cannot be stored; it is made again")
        }
    }
}
