import HoistwayModel
import HoistwayPorts
import Logging
import Synchronization

/// Looks at every warehouse at the start and at its interval: events can be lost, and this finds what they told.
struct DiscoveryService: Sendable {
    /// A shorter interval is raised to this: registries limit the rate of requests.
    static let shortestInterval: Duration = .seconds(30)
    /// How many are looked at at once: one that answers slowly must not hold up the others.
    static let maxAtOnce = 8

    let core: EngineCore

    func run() async {
        await withDiscardingTaskGroup { group in
            let running = RunningSet<WarehouseKey>(atMost: Self.maxAtOnce)
            let next = NextLooks()
            while !Task.isCancelled {
                let now = core.ports.clock.now()
                let warehouses = core.configuration.pipelines.projects.values.flatMap { $0.warehouses.values }
                for warehouse in next.inOrder(warehouses)
                where NextTry.isDue(next[warehouse.key], within: Self.pause(warehouse), now: now) {
                    guard running.begin(warehouse.key) else { continue }
                    group.addTask {
                        await look(at: warehouse)
                        next[warehouse.key] = core.ports.clock.now() + Self.pause(warehouse)
                        running.end(warehouse.key)
                    }
                }
                let first = warehouses.map { next[$0.key] ?? now }.min() ?? now + .seconds(60)
                // Cancelled: the loop ends at its head. A minute at most, so that a reload is seen.
                try? await core.ports.clock.sleep(
                    for: min(max(first - core.ports.clock.now(), .seconds(1)), .seconds(60))
                )
            }
        }
    }

    private static func pause(_ warehouse: Warehouse) -> Duration { max(warehouse.interval, shortestInterval) }

    private func look(at warehouse: Warehouse) async {
        do {
            try await core.discover(warehouse, cause: "discovery")
        } catch {
            guard !Task.isCancelled else { return }
            core.metrics.outsideFailed(error)
            core.log.warning(
                "a warehouse could not be looked at; the next look is at its interval",
                metadata: .of([
                    .warehouse: warehouse.key.description, .error: message(of: error),
                    .errorKind: FailureKind(of: error).rawValue,
                ])
            )
        }
    }
}

/// When each warehouse is looked at again; the pause begins when a look has ended.
private final class NextLooks: Sendable {
    private let moments = Mutex<[WarehouseKey: Timestamp]>([:])

    /// `nil`: never looked at.
    subscript(warehouse: WarehouseKey) -> Timestamp? {
        get { moments.withLock { $0[warehouse] } }
        set { moments.withLock { $0[warehouse] = newValue } }
    }

    /// Those that have waited longest first: slow ones must not take all turns.
    func inOrder(_ warehouses: [Warehouse]) -> [Warehouse] {
        let moments = moments.withLock { $0 }
        return warehouses.sorted { left, right in
            let (first, second) = (moments[left.key]?.microseconds ?? .min, moments[right.key]?.microseconds ?? .min)
            return (first, left.key.description) < (second, right.key.description)
        }
    }
}

extension EngineCore {
    /// One look at all that a warehouse subscribes to, decided in one transaction.
    @discardableResult
    func discover(_ warehouse: Warehouse, cause: String) async throws -> [String] {
        let observations = try await Discoverer(ports: ports) { await self.ledger.snapshot }.observe(warehouse)
        let pipelines = configuration.pipelines
        return try await transact { transaction, core in
            let intake = Intake(pipelines: pipelines, now: core.ports.clock.now(), answers: [:], sha1: core.ports.sha1)
            let result = intake.decide(
                observations,
                of: warehouse,
                on: transaction.state,
                cause: cause,
                matcher: core.ports.matcher
            )
            transaction.put(result.changes)
            return result.trace
        }
    }
}
