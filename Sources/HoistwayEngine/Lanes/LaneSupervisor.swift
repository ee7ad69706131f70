import HoistwayModel
import HoistwayPorts
import Synchronization

/// Starts a lane for every repository that has promotions to run; lanes run beside each other.
struct LaneSupervisor: Sendable {
    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            let running = RunningLanes()
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

/// Which lanes run at present: one repository has one lane.
private final class RunningLanes: Sendable {
    private let lanes = Mutex<Set<LaneKey>>([])

    /// False where it runs already.
    func begin(_ lane: LaneKey) -> Bool { lanes.withLock { $0.insert(lane).inserted } }
    func end(_ lane: LaneKey) { lanes.withLock { _ = $0.remove(lane) } }
}
