import HoistwayModel
import HoistwayPorts
import Logging

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
            var due: [WarehouseKey: Timestamp] = [:]
            while !Task.isCancelled {
                let now = core.ports.clock.now()
                let warehouses = core.configuration.pipelines.projects.values.flatMap { $0.warehouses.values }
                for warehouse in warehouses.sorted(by: { $0.key.description < $1.key.description })
                where NextTry.isDue(due[warehouse.key], within: Self.pause(warehouse), now: now) {
                    guard running.begin(warehouse.key) else { continue }
                    due[warehouse.key] = now + Self.pause(warehouse)
                    group.addTask {
                        await look(at: warehouse)
                        running.end(warehouse.key)
                    }
                }
                let next = warehouses.compactMap { due[$0.key] ?? now }.min() ?? now + .seconds(60)
                // Cancelled: the loop ends at its head. A minute at most, so that a reload is seen.
                try? await core.ports.clock.sleep(
                    for: min(max(next - core.ports.clock.now(), .seconds(1)), .seconds(60))
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

extension EngineCore {
    /// One look at all that a warehouse subscribes to, decided in one transaction.
    @discardableResult
    func discover(_ warehouse: Warehouse, cause: String) async throws -> [String] {
        let observations = try await Discoverer(ports: ports, state: ledger.snapshot).observe(warehouse)
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
