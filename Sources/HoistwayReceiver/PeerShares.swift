import NIOCore
import Synchronization

/// The share of each address in common limits: connections, and bytes of bodies.
///
/// The last quarter is reserved for addresses that hold less than a quarter. So one client alone cannot block the
/// others, and may still use most if it is alone. An IPv6 /64 counts as one address. Trusted proxies send for many
/// clients and are not counted.
final class PeerShares: Sendable {
    /// The share of one address.
    final class Share: Sendable {
        let connections = Atomic<Int>(0)
        let bytes = Atomic<Int>(0)
        fileprivate let key: [UInt8]

        fileprivate init(key: [UInt8]) {
            self.key = key
        }
    }

    private let trusted: [AddressRange]
    private let shares = Mutex<[[UInt8]: Share]>([:])

    init(trusted: [AddressRange]) {
        self.trusted = trusted
    }

    /// Whether an address with `own` of `total` may have it, if the limit is `limit`.
    static func isFair(own: Int, total: Int, limit: Int) -> Bool {
        total <= limit - limit / 4 || (total <= limit && own <= limit / 4)
    }

    /// Counts a new connection, which must be ended with `leave`; `nil` if the peer is not counted.
    func enter(_ peer: SocketAddress?) -> Share? {
        guard let address = peer?.ipAddress.flatMap({ AddressBytes($0) }) else { return nil }
        guard !trusted.contains(where: { $0.contains(address) }) else { return nil }
        return shares.withLock { shares in
            let key = address.network
            let share = shares[key] ?? Share(key: key)
            share.connections.add(1, ordering: .relaxed)
            shares[key] = share
            return share
        }
    }

    func leave(_ share: Share) {
        shares.withLock { shares in
            let left = share.connections.subtract(1, ordering: .relaxed).newValue
            if left == 0 { shares[share.key] = nil }
        }
    }

    /// How many addresses have connections.
    var count: Int { shares.withLock(\.count) }
}
