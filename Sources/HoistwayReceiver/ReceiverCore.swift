import HoistwayPorts
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// What all connections share.
final class ReceiverCore: Sendable {
    let settings: ReceiverSettings
    let inbox: any Inbox
    let clock: any WallClock
    let logger: Logger
    let refusals: RefusalLog
    let budget: BodyBudget
    let metrics = ListenerMetrics()
    let storedHeaders = StoredHeaders.decoding
    let connections = Atomic<Int>(0)
    private let routes: Mutex<RouteTable>
    private let tls: Mutex<NIOSSLContext?>

    init(
        settings: ReceiverSettings,
        routes: [ReceiverRoute],
        tls: NIOSSLContext?,
        inbox: any Inbox,
        clock: any WallClock,
        logger: Logger
    ) {
        self.settings = settings
        self.inbox = inbox
        self.clock = clock
        self.logger = logger
        self.routes = Mutex(RouteTable(routes))
        self.tls = Mutex(tls)
        refusals = RefusalLog(logger)
        budget = BodyBudget(limit: settings.limits.bodyBytesInFlight)
    }

    func route(for target: String) -> LiveRoute? {
        routes.withLock { $0 }.route(for: target)
    }

    func replaceRoutes(_ routes: [ReceiverRoute]) {
        self.routes.withLock { $0 = RouteTable(routes, keeping: $0) }
    }

    var tlsContext: NIOSSLContext? {
        get { tls.withLock { $0 } }
        set { tls.withLock { $0 = newValue } }
    }
}
