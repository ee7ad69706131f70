import HoistwayModel

/// The names that the console answers to.
///
/// A page of another site can point its own name at a private address ("DNS rebinding"); its requests then carry its
/// name in `Host`, and are refused here before anything else is looked at.
package struct AllowedHosts: Sendable {
    private let names: Set<String>

    /// - Parameters:
    ///   - listen: the address that is listened on, without port.
    ///   - configured: names with or without port, and URLs, of which only the host counts.
    package init(listen: String, configured: [String]) {
        let loopback = ["localhost", "127.0.0.1", "::1"]
        names = Set((loopback + [listen] + configured.map(Self.authority(in:))).map(Self.name(in:)))
    }

    /// `nil` or empty: the request had no `Host`; one that is malformed is refused too.
    package func accept(_ host: String?) -> Bool {
        guard let host, let header = HostHeader(host) else { return false }
        return names.contains(header.name)
    }

    private static func authority(in text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        return String(text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// Of the configuration: a host with or without port, or an address of IPv6, with or without brackets.
    private static func name(in authority: String) -> String {
        HostHeader(authority)?.name ?? authority.lowercased()
    }
}
