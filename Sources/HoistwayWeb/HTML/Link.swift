import HoistwayModel

/// The target of a link, a form or an asset: a path of the console, or http or https.
///
/// `javascript:`, `data:` and all other schemes are impossible.
package struct Link: Sendable, Equatable {
    /// As in the attribute, before escaping.
    package let text: String

    /// A path on this host; ``PagePaths`` makes it.
    init(own path: String) {
        text = path
    }

    /// `nil` if the text does not begin with http or https and a host, or has parts that browsers parse differently.
    package init?(external url: String) {
        guard let host = Self.rest(of: url, after: "https://") ?? Self.rest(of: url, after: "http://") else {
            return nil
        }
        let authority = host.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        // With a user name before the host, a link can show one host and lead to another.
        guard !authority.isEmpty, !authority.contains(UInt8(ascii: "@")), url.utf8.count <= 2048 else { return nil }
        let isPlain = url.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar != "\\" && scalar != "<" && scalar != ">" && scalar != "\""
                && !scalar.isHidden
        }
        guard isPlain else { return nil }
        text = url
    }

    private static func rest(of url: String, after scheme: StaticString) -> Substring.UTF8View? {
        let count = scheme.utf8CodeUnitCount
        guard url.utf8.count > count else { return nil }
        let head = url.utf8.prefix(count).map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        guard scheme.withUTF8Buffer({ Array($0) }) == head else { return nil }
        return url.utf8.dropFirst(count)
    }
}
