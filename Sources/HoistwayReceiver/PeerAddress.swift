package import NIOCore

/// The address of a request's client, for the log.
package enum PeerAddress {
    /// The peer's address, or behind trusted proxies the right-most address of `X-Forwarded-For` that is no trusted
    /// proxy.
    ///
    /// Addresses to the left of that one were written by untrusted clients.
    package static func text(peer: SocketAddress?, forwarded: [String], trusted: [AddressRange]) -> String {
        guard let peer else { return "unknown" }
        let direct = peer.ipAddress ?? "unknown"
        guard isTrusted(AddressBytes(direct), trusted) else { return direct }
        let hops = forwarded.flatMap { $0.split(separator: ",") }.map { $0.trimmingBlanks() }
        var nearest = direct
        for hop in hops.reversed() {
            // A text that is no address must not be logged as one.
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
