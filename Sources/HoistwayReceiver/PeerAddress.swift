package import NIOCore

/// Whom a request came from, for the log.
package enum PeerAddress {
    /// The peer, or behind trusted proxies the right-most address of `X-Forwarded-For` that is none of them.
    ///
    /// Everything left of that address was written by somebody who is not trusted.
    package static func text(peer: SocketAddress?, forwarded: [String], trusted: [AddressRange]) -> String {
        guard let peer else { return "unknown" }
        let direct = peer.ipAddress ?? "unknown"
        guard isTrusted(AddressBytes(direct), trusted) else { return direct }
        let hops = forwarded.flatMap { $0.split(separator: ",") }.map { $0.trimmingBlanks() }
        var nearest = direct
        for hop in hops.reversed() {
            // What is not an address must not reach the log as one.
            guard let address = AddressBytes(hop) else { return nearest }
            nearest = hop
            if !isTrusted(address, trusted) { return nearest }
        }
        return nearest
    }

    private static func isTrusted(_ address: AddressBytes?, _ trusted: [AddressRange]) -> Bool {
        guard let address else { return false }
        return trusted.contains { $0.contains(address) }
    }
}
