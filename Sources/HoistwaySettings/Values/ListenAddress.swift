/// Where a listener listens: `0.0.0.0:8420`, `[::1]:8421`, `localhost:0`.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    /// 0 takes any free one.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `nil` unless the text is a host, a colon and a port; an IPv6 address must be in brackets.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
            (0...65535).contains(port)
        else { return nil }
        self.init(host: String(host), port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Only this machine can reach it.
    package var isLoopback: Bool { Loopback.contains(host) }

    /// Every interface of the machine.
    var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

    /// Whether both cannot listen at the same time.
    func collides(with other: ListenAddress) -> Bool {
        port == other.port && port != 0 && (host == other.host || isWildcard || other.isWildcard)
    }
}

/// Hosts that are this machine.
enum Loopback {
    static func contains(_ host: String) -> Bool {
        let name = host.lowercased()
        guard name != "localhost", name != "::1", !name.hasSuffix(".localhost") else { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
