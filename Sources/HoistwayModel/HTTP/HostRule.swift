/// A host for requests: `api.example.com`, `*.example.com`, `10.0.0.7:8080`, `[fd00::1]`, or `*` for every host.
package struct HostRule: Sendable, Hashable {
    package let text: String
    private let host: String
    /// `nil`: any port.
    private let port: Int?

    /// `nil` where the text is not a host.
    package init?(_ text: String) {
        guard let parts = WebAddress.parts(of: text.lowercased()), Self.isHost(parts.host) else { return nil }
        self.text = text
        host = Self.plain(parts.host)
        port = parts.port
    }

    package func matches(host: String, port: Int) -> Bool {
        guard self.port == nil || self.port == port else { return false }
        let other = Self.plain(host.lowercased())
        if self.host == "*" { return true }
        guard self.host.hasPrefix("*.") else { return other == self.host }
        return other.hasSuffix(self.host.dropFirst()) && other.utf8.count >= self.host.utf8.count
    }

    private static func isHost(_ host: String) -> Bool {
        let rest = host.hasPrefix("*.") ? host.dropFirst(2) : host[...]
        if rest == "*" { return host == "*" }
        let inner = rest.hasPrefix("[") && rest.hasSuffix("]") ? rest.dropFirst().dropLast() : rest
        let isAddress = inner.count < rest.count
        return !inner.isEmpty
            && inner.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
                    true
                case UInt8(ascii: "-"), UInt8(ascii: "_"): !isAddress
                case UInt8(ascii: ":"): isAddress
                default: false
                }
            }
    }

    /// A final dot only means that the name is complete.
    private static func plain(_ host: String) -> String {
        host.hasSuffix(".") ? String(host.dropLast()) : host
    }
}
