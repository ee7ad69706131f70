/// An http or https URL in a strict form: no user part, no spaces, no fragment.
package struct WebAddress: Sendable, Hashable {
    package let isSecure: Bool
    /// Lower case; an IPv6 address with its brackets.
    package let host: String
    package let port: Int?
    /// Path and query; begins with `/`.
    package let target: String

    package init(isSecure: Bool, host: String, port: Int?, target: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.target = target
    }

    package init?(_ text: String) {
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

    package var text: String { "\(isSecure ? "https" : "http")://\(authority)\(target)" }

    package var authority: String { port.map { "\(host):\($0)" } ?? host }

    package func hasSameOrigin(as other: WebAddress) -> Bool {
        isSecure == other.isSecure && host == other.host && effectivePort == other.effectivePort
    }

    /// `localhost`, 127.0.0.0/8 or ::1 in the text; names are not looked up.
    package var isLoopback: Bool { Self.isLoopback(host) }

    /// Whether the host is an address of this machine or of its local link, such as that of a metadata service.
    ///
    /// Names are not looked up.
    package var isLocal: Bool {
        let plain = host.filter { $0 != "[" && $0 != "]" }
        return isLoopback || plain.hasPrefix("169.254.") || plain.hasPrefix("fe80:") || plain.hasPrefix("::")
            || plain == "0.0.0.0"
    }

    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    /// The target before the query, with unreserved characters unescaped, so that different spellings of a path are
    /// equal.
    package var path: String { Self.unescaped(target.prefix { $0 != "?" }) }

    /// The target after the first question mark; `nil` where it has none.
    package var query: String? { target.firstIndex(of: "?").map { String(target[target.index(after: $0)...]) } }

    package func with(query: String) -> WebAddress {
        let path = target.prefix { $0 != "?" }
        return WebAddress(
            isSecure: isSecure,
            host: host,
            port: port,
            target: query.isEmpty ? "\(path)" : "\(path)?\(query)"
        )
    }

    /// The address of a reference in a response from here: <https://www.rfc-editor.org/rfc/rfc3986#section-5.2>.
    ///
    /// `nil` where it is not a reference, or its scheme is neither http nor https.
    package func resolving(_ reference: String) -> WebAddress? {
        let reference = reference.prefix { $0 != "#" }
        let scheme = isSecure ? "https" : "http"
        if Self.hasScheme(reference) { return WebAddress(String(reference))?.normalised }
        if reference.hasPrefix("//") { return WebAddress("\(scheme):\(reference)")?.normalised }
        let own = target.prefix { $0 != "?" }
        let merged: String
        switch reference.first {
        case nil: merged = target
        case "?": merged = String(own + reference)
        case "/": merged = String(reference)
        default: merged = String(own[...(own.lastIndex(of: "/") ?? own.startIndex)] + reference)
        }
        return WebAddress("\(scheme)://\(authority)\(merged)")?.normalised
    }

    /// The address without `.` and `..` in its path: <https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4>.
    private var normalised: WebAddress {
        let path = target.prefix { $0 != "?" }
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in segments.enumerated() {
            let plain = Self.unescaped(segment)
            let isLast = index == segments.count - 1
            switch plain {
            case "..":
                if !kept.isEmpty { kept.removeLast() }
                if isLast { kept.append("") }
            case ".": if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        let query = query.map { "?\($0)" } ?? ""
        return WebAddress(isSecure: isSecure, host: host, port: port, target: "/\(kept.joined(separator: "/"))\(query)")
    }

    /// Whether a reference begins with `scheme:`.
    private static func hasScheme(_ reference: Substring) -> Bool {
        let scheme = reference.prefix { $0 != ":" }
        guard scheme.endIndex < reference.endIndex, scheme.first?.isLetter ?? false else { return false }
        return scheme.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// Decodes escapes of letters, digits and `-._~/`; all other escapes stay, in upper case.
    private static func unescaped(_ text: Substring) -> String {
        var plain: [UInt8] = []
        var rest = Substring(text).utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else {
                plain.append(byte)
                continue
            }
            let escape = String(decoding: rest.prefix(2), as: UTF8.self)
            rest = rest.dropFirst(2)
            let scalar = Unicode.Scalar(value)
            if value < 0x80,
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~/".utf8.contains(value)
            {
                plain.append(value)
            } else {
                plain += Array("%\(escape.uppercased())".utf8)
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    /// Splits `host[:port]`.
    package static func parts(of authority: String) -> (host: String, port: Int?)? {
        let bracket = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[bracket...].lastIndex(of: ":") else {
            return authority.isEmpty ? nil : (authority, nil)
        }
        let host = String(authority[..<colon])
        let port = Int(authority[authority.index(after: colon)...])
        guard !host.isEmpty, let port, (1...65535).contains(port) else { return nil }
        return (host, port)
    }

    package var effectivePort: Int { port ?? (isSecure ? 443 : 80) }

    package var hasUsualPort: Bool { effectivePort == (isSecure ? 443 : 80) }
}
