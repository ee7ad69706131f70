import HoistwayPorts
import Logging
import NIOCore
import NIOSSL
import Synchronization

/// The state that all connections share.
final class ReceiverCore: Sendable {
    let settings: ReceiverSettings
    let inbox: any Inbox
    let clock: any WallClock
    let logger: Logger
    let refusals: RefusalLog
    let refusalBook = RefusalBook()
    let addresses: AddressLimits?
    let budget: BodyBudget
    let shares: PeerShares
    let metrics = ListenerMetrics()
    let storedHeaders = StoredHeaders.decoding
    let connections = Atomic<Int>(0)
    private let routes: Mutex<RouteTable>
    private let version = Atomic<Int>(0)
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
        addresses = settings.maxPerSecondPerAddress.map(AddressLimits.init(perSecond:))
        budget = BodyBudget(limit: settings.limits.bodyBytesInFlight)
        shares = PeerShares(trusted: settings.trustedProxies)
    }

    func route(for target: String) -> LiveRoute? {
        routes.withLock { $0 }.route(for: target)
    }

    /// A number for the configured routes; it changes with each reload.
    var routesVersion: Int { version.load(ordering: .acquiring) }

    /// Whether a path begins like a receiver's path.
    func isLikeReceiver(_ target: String) -> Bool {
        routes.withLock { $0 }.isLikeReceiver(target)
    }

    /// Keeps a refusal for people.
    ///
    /// - Parameter bytes: the size of the body, read or announced.
    func keepRefusal(receiver: String, scheme: String, reason: String, peer: String, bytes: Int) {
        refusalBook.add(
            RefusalView(
                at: clock.now(),
                receiver: receiver,
                scheme: scheme,
                code: reason,
                peer: peer,
                bytes: max(0, bytes)
            )
        )
    }

    func replaceRoutes(_ routes: [ReceiverRoute]) {
        let names = Set(routes.map(\.name))
        self.routes.withLock { table in
            let old = table
            table = RouteTable(routes, keeping: old)
            version.add(1, ordering: .releasing)
            for route in old.all where !names.contains(route.route.name) { route.end() }
        }
        refusalBook.keepOnly(names)
    }

    /// Updates the gauges.
    func sample() {
        let now = NIODeadline.now()
        for route in routes.withLock({ $0 }).all { route.sample(now) }
    }

    var tlsContext: NIOSSLContext? {
        get { tls.withLock { $0 } }
        set { tls.withLock { $0 = newValue } }
    }
}
