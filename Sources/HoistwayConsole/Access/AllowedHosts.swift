import HoistwayModel

/// The host names that the console accepts.
///
/// A page of another site can point its own name at a private address ("DNS rebinding"). Its requests then have that
/// name in `Host`, and are refused here before any other check.
package struct AllowedHosts: Sendable {
    private let names: Set<String>

    /// - Parameters:
    ///   - listen: the listening address, without port.
    ///   - configured: names with or without port, and URLs, of which only the host counts.
    package init(listen: String, configured: [String]) {
        let loopback = ["localhost", "127.0.0.1", "::1"]
        names = Set((loopback + [listen] + configured.map(Self.authority(in:))).map(Self.name(in:)))
    }

    /// `nil` or empty: the request has no `Host`; a malformed one is refused too.
    package func accept(_ host: String?) -> Bool {
        guard let host, let header = HostHeader(host) else { return false }
        return names.contains(header.name)
    }

    private static func authority(in text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        return String(text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// From the configuration: a host with or without port, or an IPv6 address, with or without brackets.
    private static func name(in authority: String) -> String {
        HostHeader(authority)?.name ?? authority.lowercased()
    }
}
