/// Makes links to our own pages.
///
/// All of them begin with the path of `console.publicURL`: a proxy that offers the console below `/hoistway/` takes that
/// path off before it hands the request over.
package struct PagePaths: Sendable, Equatable {
    /// Empty, or begins with a slash and does not end with one.
    package let base: String

    package init(publicURL: String? = nil) {
        guard let publicURL, let scheme = publicURL.firstRange(of: "://") else {
            base = ""
            return
        }
        let path = publicURL[scheme.upperBound...].drop { $0 != "/" }.prefix { $0 != "?" && $0 != "#" }
        base = path.split(separator: "/").map { "/\($0)" }.joined()
    }

    /// The page at these parts of a path; each is encoded, so that a name with a slash stays one part.
    package func callAsFunction(
        _ parts: String...,
        query: [(name: String, value: String)] = [],
        fragment: String? = nil
    ) -> Link {
        link(parts, query: query, fragment: fragment)
    }

    package func link(
        _ parts: [String],
        query: [(name: String, value: String)] = [],
        fragment: String? = nil
    ) -> Link {
        var text = base
        for part in parts { text += "/" + Self.encoded(part) }
        if parts.isEmpty { text += "/" }
        for (index, field) in query.enumerated() {
            text += (index == 0 ? "?" : "&") + Self.encoded(field.name) + "=" + Self.encoded(field.value)
        }
        if let fragment { text += "#" + Self.encoded(fragment) }
        return Link(own: text)
    }

    /// A path that came with a request, such as where to go on after signing in; `nil` unless it is one of ours.
    ///
    /// `//host` and `/\host` lead to another host, and are refused with everything that is not plainly a path.
    package func next(_ text: String) -> Link? {
        let isPlain = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
                && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "#")
        }
        guard isPlain, text.utf8.count <= 1024, text.hasPrefix(base + "/"), !text.hasPrefix("//") else { return nil }
        let path = text.prefix { $0 != "?" }
        // Two slashes after the base begin another host where the base is empty; dots lead out of the base.
        guard !path.contains("//"), !path.split(separator: "/").contains(where: Self.isDots) else { return nil }
        return Link(own: text)
    }

    private static func isDots(_ part: Substring) -> Bool {
        let plain = part.lowercased().split(separator: "%2e", omittingEmptySubsequences: false).joined(separator: ".")
        return plain == "." || plain == ".."
    }

    /// Percent-encodes everything but letters, digits and `-._~`.
    static func encoded(_ text: String) -> String {
        var encoded: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.append(byte)
            default:
                encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}
