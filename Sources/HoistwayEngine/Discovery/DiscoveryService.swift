import HoistwayModel
import HoistwayPorts
import Logging
import Synchronization

/// Looks at every warehouse at the start and at its interval: if an event is lost, the next look finds the change.
struct DiscoveryService: Sendable {
    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            let room = LookRoom()
            while !Task.isCancelled {
                let asked = core.looks.asked.count
                let now = core.ports.clock.now()
                let warehouses = core.configuration.pipelines.projects.values.flatMap { $0.warehouses.values }
                let waiting = core.looks.inOrder(warehouses.filter { isDue($0, now: now) })
                var due = DueLooks(waiting.map(core.looks.free(of:)))
                room.forgetPaces(now: now)
                while !due.isEmpty, !Task.isCancelled {
                    let turns = core.looks.turns.count
                    let present = core.ports.clock.now()
                    // More warehouses are due by then, and a reload may have changed them.
                    guard core.looks.asked.count == asked, present - now < .seconds(1) else { break }
                    let turn = due.take { room.begin($0, now: present) }
                    for warehouse in turn.begun { group.addTask { await check(at: warehouse, in: room) } }
                    guard !due.isEmpty else { break }
                    let pause = turn.next.map { min(max($0 - present, .milliseconds(1)), .seconds(1)) } ?? .seconds(1)
                    await core.looks.turns.wait(since: turns, atMost: pause, by: core.ports.clock)
                }
                guard due.isEmpty else { continue }
                let first = warehouses.map { core.looks[$0.key]?.next ?? now }.min() ?? now + .seconds(60)
                // If the task is cancelled, the loop ends at its condition. A minute at most, so that a reload is
                // noticed.
                await core.looks.asked.wait(
                    since: asked,
                    atMost: min(max(first - core.ports.clock.now(), .seconds(1)), .seconds(60)),
                    by: core.ports.clock
                )
            }
        }
    }

    private func isDue(_ warehouse: Warehouse, now: Timestamp) -> Bool {
        let longest = max(NextLook.interval(of: warehouse), NextLook.longestPause)
        return NextTry.isDue(core.looks[warehouse.key]?.next, within: longest, now: now)
    }

    private func check(at warehouse: Warehouse, in room: LookRoom) async {
        let parted = PartedLook()
        defer {
            if parted.hanging.isEmpty { room.end(warehouse.key) } else { room.end(parted.hanging) }
            core.looks.turns.notify()
        }
        do {
            try await core.discover(warehouse, cause: "discovery") { hanging in
                room.part(hanging, from: warehouse.key)
                core.looks.turns.notify()
                parted.part(hanging.map { SubscriptionKey(warehouse: warehouse.key, subscription: $0.id) })
            }
        } catch {
            guard !Task.isCancelled else { return }
            // Failures of other servers are recorded with the look; this failure is Hoistway's own.
            core.report(error, "what a look at a warehouse found could not be stored")
        }
    }
}

/// Which looks of one warehouse are still running after the others are decided.
private final class PartedLook: Sendable {
    private let keys = Mutex<[SubscriptionKey]>([])

    var hanging: [SubscriptionKey] { keys.withLock { $0 } }

    func part(_ hanging: [SubscriptionKey]) { keys.withLock { $0 = hanging } }
}
