import HoistwayModel

/// Makes links to the console's own pages.
///
/// All of them begin with the path of `console.publicURL`: a proxy that offers the console below `/hoistway/` removes
/// that path from the request.
package struct PagePaths: Sendable, Equatable {
    /// Empty, or begins with a slash and does not end with one.
    package let base: String

    package init(publicURL: String? = nil) {
        base = publicURL.flatMap { PublicAddress($0) }?.path ?? ""
    }

    /// The page at this path; each part is encoded, so that a name with a slash stays one part.
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
        for part in parts { text += "/" + PercentEncoding.escaped(part) }
        if parts.isEmpty { text += "/" }
        for (index, field) in query.enumerated() {
            text += index == 0 ? "?" : "&"
            text += PercentEncoding.escaped(field.name) + "=" + PercentEncoding.escaped(field.value)
        }
        if let fragment { text += "#" + PercentEncoding.escaped(fragment) }
        return Link(own: text)
    }

    /// A path from a request, such as the next page after signing in; `nil` unless it is a path of the console.
    ///
    /// `//host` and `/\host` lead to another host, and are refused like everything that is not plainly a path.
    package func next(_ text: String) -> Link? {
        let isPlain = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "\"")
                && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">") && byte != UInt8(ascii: "#")
        }
        guard isPlain, text.utf8.count <= 1024, text.hasPrefix(base + "/"), !text.hasPrefix("//") else { return nil }
        let path = text.prefix { $0 != "?" }
        // Two slashes after an empty base begin a host; dots lead out of the base.
        guard !path.contains("//"), !path.split(separator: "/").contains(where: Self.isDots) else { return nil }
        return Link(own: text)
    }

    private static func isDots(_ part: Substring) -> Bool {
        let plain = part.lowercased().split(separator: "%2e", omittingEmptySubsequences: false).joined(separator: ".")
        return plain == "." || plain == ".."
    }
}
