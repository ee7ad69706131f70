/// The names that the console answers to.
///
/// A page of another site can point its own name at a private address ("DNS rebinding"); its requests then carry its
/// name in `Host`, and are refused here before anything else is looked at.
struct AllowedHosts: Sendable {
    private let names: Set<String>

    /// - Parameters:
    ///   - listen: the address that is listened on, without port.
    ///   - configured: names with or without port, and URLs, of which only the host counts.
    init(listen: String, configured: [String]) {
        let loopback = ["localhost", "127.0.0.1", "::1"]
        names = Set((loopback + [listen] + configured.map(Self.authority(in:))).map(Self.name(in:)))
    }

    /// `nil` or empty: the request had no `Host`.
    func accept(_ host: String?) -> Bool {
        guard let host, !host.isEmpty else { return false }
        return names.contains(Self.name(in: host))
    }

    private static func authority(in text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        return String(text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// The name alone, lower-case: without port, and an IPv6 address without its brackets.
    static func name(in authority: String) -> String {
        let lower = authority.lowercased()
        if lower.hasPrefix("[") {
            return String(lower.dropFirst().prefix { $0 != "]" })
        }
        let colons = lower.utf8.count { $0 == UInt8(ascii: ":") }
        return colons == 1 ? String(lower.prefix { $0 != ":" }) : lower
    }
}
