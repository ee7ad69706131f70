import HoistwayCrypto
import NIOCore
import Synchronization

/// Finds routes by path.
///
/// Paths may have a secret part, so they are looked up by hash: the time of a lookup shows nothing about how much of a
/// guess was right.
struct RouteTable: Sendable {
    private var routes: [[UInt8]: LiveRoute] = [:]
    /// The first parts of the paths: `hook` for `/hook/app`.
    private let firstParts: Set<Substring>

    /// A later route with the same path replaces an earlier one; the settings refuse such routes before.
    init(_ routes: [ReceiverRoute], keeping old: RouteTable? = nil) {
        firstParts = Set(routes.map { Self.firstPart($0.path) } + ["hook"])
        for route in routes {
            let key = Self.key(route.path)
            self.routes[key] = LiveRoute(route, after: old?.routes[key])
        }
    }

    var all: [LiveRoute] { Array(routes.values) }

    /// - Parameter target: the request's target, query included.
    func route(for target: String) -> LiveRoute? {
        routes[Self.key(target.prefix { $0 != "?" })]
    }

    /// Whether the path begins like a receiver's path.
    func isLikeReceiver(_ target: String) -> Bool { firstParts.contains(Self.firstPart(target)) }

    private static func firstPart(_ path: String) -> Substring {
        path.dropFirst().prefix { $0 != "/" && $0 != "?" }
    }

    private static func key(_ path: some StringProtocol) -> [UInt8] {
        var bytes = Array(path.utf8)
        if bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return SHA256.hash(bytes)
    }
}

/// A route with its metrics.
final class LiveRoute: Sendable {
    let route: ReceiverRoute
    let metrics: RouteMetrics
    private let silence: SilenceMetrics
    let limit: RateLimit?
    /// The time of the last authentic delivery; before the first one, the time when the route was made.
    private let lastEvent: Atomic<UInt64>

    init(_ route: ReceiverRoute, after old: LiveRoute?) {
        self.route = route
        metrics = RouteMetrics(receiver: route.name)
        silence = SilenceMetrics(receiver: route.name)
        let former = old?.route.name == route.name ? old : nil
        lastEvent = Atomic(
            former?.lastEvent.load(ordering: .relaxed) ?? NIODeadline.now().uptimeNanoseconds
        )
        let limit = old?.limit
        // A reload must not give a new full allowance, unless it changed the limit.
        self.limit = limit?.perSecond == route.maxPerSecond ? limit : route.maxPerSecond.map(RateLimit.init(perSecond:))
    }

    func eventArrived(at now: NIODeadline) {
        lastEvent.store(now.uptimeNanoseconds, ordering: .relaxed)
    }

    func sample(_ now: NIODeadline) {
        let last = NIODeadline.uptimeNanoseconds(lastEvent.load(ordering: .relaxed))
        silence.record(nanoseconds: max(0, (now - last).nanoseconds))
    }

    /// Removes its series: the receiver is no longer configured.
    func end() {
        metrics.end()
        silence.end()
    }
}
