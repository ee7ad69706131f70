import NIOCore
import Synchronization

/// What each address holds of what all share: connections, and bytes of bodies.
///
/// The last quarter is kept for those that hold less than a quarter, so that one client alone cannot keep the others
/// out, and may still use most where it is the only one. Of IPv6 a /64 counts as one address. Proxies that are trusted
/// stand for many clients and are not counted.
final class PeerShares: Sendable {
    /// Of one address.
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

    /// Whether one may go on who holds `own` of `total`, of which there are at most `limit`.
    static func isFair(own: Int, total: Int, limit: Int) -> Bool {
        total <= limit - limit / 4 || (total <= limit && own <= limit / 4)
    }

    /// For a new connection, which must leave in the end; `nil` where nobody keeps count of it.
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
