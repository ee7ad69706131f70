/// An http or https URL, in the strict form that a registry may name: no user part, no spaces, no fragment.
struct WebAddress: Sendable, Hashable {
    let isSecure: Bool
    /// Lower case; an IPv6 address with its brackets.
    let host: String
    let port: Int?
    /// Path and query; begins with `/`.
    let target: String

    init(isSecure: Bool, host: String, port: Int?, target: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.target = target
    }

    init?(_ text: String) {
        guard text.utf8.count <= 8192, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }),
            let separator = text.firstRange(of: "://")
        else { return nil }
        switch text[..<separator.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: return nil
        }
        let rest = text[separator.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@"), let parts = Self.parts(of: authority.lowercased()) else { return nil }
        host = parts.host
        port = parts.port
        let target = rest[authority.endIndex...]
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
    }

    var text: String { "\(isSecure ? "https" : "http")://\(authority)\(target)" }

    var authority: String { port.map { "\(host):\($0)" } ?? host }

    func hasSameOrigin(as other: WebAddress) -> Bool {
        isSecure == other.isSecure && host == other.host && effectivePort == other.effectivePort
    }

    /// `localhost`, 127.0.0.0/8 or ::1, written as such; no name is looked up.
    var isLoopback: Bool { Self.isLoopback(host) }

    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    /// Where a `Location` or `Link` leads: a whole URL or a path from the root.
    func following(_ location: String) -> WebAddress? {
        guard location.hasPrefix("/"), !location.hasPrefix("//") else { return WebAddress(location) }
        return WebAddress("\(isSecure ? "https" : "http")://\(authority)\(location)")
    }

    /// `host[:port]` in pieces.
    static func parts(of authority: String) -> (host: String, port: Int?)? {
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[bracket...].lastIndex(of: ":") else {
            return authority.isEmpty ? nil : (authority, nil)
        }
        let host = String(authority[..<colon])
        let port = Int(authority[authority.index(after: colon)...])
        guard !host.isEmpty, let port, (1...65535).contains(port) else { return nil }
        return (host, port)
    }

    private var effectivePort: Int { port ?? (isSecure ? 443 : 80) }
}
