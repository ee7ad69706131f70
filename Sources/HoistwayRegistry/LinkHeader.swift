/// One link of a `Link` header: <https://www.rfc-editor.org/rfc/rfc8288#section-3>.
struct LinkHeader: Sendable, Equatable {
    /// As written between `<` and `>`: a URI or a relative reference.
    var target: String
    /// Relation types in lower case; `nil` where the link has no `rel`.
    var relations: [String]?
    /// The resource that the link starts from, as written; `nil`: the page that has the header.
    var anchor: String?

    var isNext: Bool { relations?.contains("next") ?? false }

    /// All links of all `Link` headers of an answer; `nil` where one of them is invalid.
    static func parse(_ headers: [String]) -> [LinkHeader]? {
        var links: [LinkHeader] = []
        for header in headers {
            var reader = LinkReader(header)
            guard let read = reader.links() else { return nil }
            links += read
        }
        return links
    }
}

/// Reads one header from start to end.
private struct LinkReader {
    /// Longer ones are refused: the longest query of a page is much shorter.
    private static let maxBytes = 16 * 1024

    private let bytes: [UInt8]
    private var position = 0

    init(_ header: String) {
        bytes = Array(header.utf8)
    }

    mutating func links() -> [LinkHeader]? {
        guard bytes.count <= Self.maxBytes else { return nil }
        var found: [LinkHeader] = []
        while true {
            // A list may have empty elements: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.1
            skipBlanks()
            while skip(",") { skipBlanks() }
            guard position < bytes.count else { return found }
            guard let link = link() else { return nil }
            found.append(link)
            guard position == bytes.count || bytes[position] == UInt8(ascii: ",") else { return nil }
        }
    }

    private mutating func link() -> LinkHeader? {
        guard skip("<"), let end = bytes[position...].firstIndex(of: UInt8(ascii: ">")) else { return nil }
        var link = LinkHeader(target: String(decoding: bytes[position..<end], as: UTF8.self))
        position = end + 1
        while true {
            skipBlanks()
            guard skip(";") else { return link }
            skipBlanks()
            // A `;` without a parameter after it is allowed, as in the algorithm of the RFC.
            guard let name = token()?.lowercased() else { continue }
            skipBlanks()
            var value = ""
            if skip("=") {
                skipBlanks()
                guard let read = self.value() else { return nil }
                value = read
            }
            // Of parameters with one name the first is used: RFC 8288, section 3.3.
            if name == "rel", link.relations == nil {
                link.relations = value.lowercased().split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            }
            if name == "anchor", link.anchor == nil { link.anchor = value }
        }
    }

    private mutating func skipBlanks() {
        while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x09 { position += 1 }
    }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func token() -> String? {
        let stop = Set("=,;\"<> \t".utf8)
        let word = bytes[position...].prefix { !stop.contains($0) }
        guard !word.isEmpty else { return nil }
        position += word.count
        return String(decoding: word, as: UTF8.self)
    }

    private mutating func value() -> String? {
        guard skip("\"") else { return token() }
        var text: [UInt8] = []
        while position < bytes.count {
            if skip("\"") { return String(decoding: text, as: UTF8.self) }
            _ = skip("\\")
            guard position < bytes.count else { return nil }
            text.append(bytes[position])
            position += 1
        }
        return nil
    }
}
