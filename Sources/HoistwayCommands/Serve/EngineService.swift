import HoistwayEngine
import HoistwayPorts
import HoistwayStore
import ServiceLifecycle

/// Runs the engine, wakes it for what arrives, and keeps the store tidy.
struct EngineService: Service {
    let engine: Engine
    let store: SQLiteStore
    let clock: any WallClock

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await engine.run() }
            group.addTask {
                for await _ in store.arrivals().cancelOnGracefulShutdown() { engine.inbox.notify() }
            }
            group.addTask {
                await cancelWhenGracefulShutdown {
                    await DeliveryNews(store: store, feed: engine.core.ledger.feed, clock: clock).run(store.arrivals())
                }
            }
            group.addTask {
                await cancelWhenGracefulShutdown {
                    async let moved: Void = store.moveEndedPromotions(clock: clock)
                    await store.keepTidy(clock: clock)
                    await moved
                }
            }
            group.addTask {
                await cancelWhenGracefulShutdown { await store.watchFiles(clock: clock) }
            }
            try await group.next()
            group.cancelAll()
        }
    }
}

extension EngineService: CustomStringConvertible {
    /// The group of services writes this to its log: without it, all that is inside, found by reflection.
    var description: String { "engine" }
}
