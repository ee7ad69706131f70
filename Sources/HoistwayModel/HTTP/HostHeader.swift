/// The value of a request's `Host` header: a name or an address, with an optional port.
///
/// It is parsed strictly: a text that two programs could read differently (`localhost:1@evil`, `a b`, `::1` without
/// brackets) is not accepted. <https://www.rfc-editor.org/rfc/rfc9110#section-7.2>
package struct HostHeader: Sendable, Equatable {
    /// In lower case; an IPv6 address without its brackets.
    package let name: String
    /// `nil` where there is no port.
    package let port: Int?

    /// `nil` where the text is not a host with an optional port.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 300 else { return nil }
        let host: Substring
        let rest: Substring
        let lower = text.lowercased()
        if lower.hasPrefix("[") {
            guard let end = lower.firstIndex(of: "]") else { return nil }
            host = lower[lower.index(after: lower.startIndex)..<end]
            rest = lower[lower.index(after: end)...]
            guard host.utf8.count >= 2, host.utf8.allSatisfy(Self.isInAddress) else { return nil }
        } else {
            host = lower.prefix { $0 != ":" }
            rest = lower[host.endIndex...]
            guard !host.isEmpty, host.utf8.allSatisfy(Self.isInName) else { return nil }
        }
        guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
        let digits = rest.dropFirst()
        guard digits.utf8.count <= 5, digits.utf8.allSatisfy(Self.isDigit) else { return nil }
        let number = Int(digits)
        guard (number ?? 0) <= Int(UInt16.max) else { return nil }
        name = String(host)
        port = number
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isInAddress(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f")) || byte == UInt8(ascii: ":")
            || byte == UInt8(ascii: ".")
    }

    /// An underscore is not allowed in host names, but common in names of containers.
    private static func isInName(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }
}
