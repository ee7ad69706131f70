/// A string as in Go: bytes that are usually, but not always, UTF-8.
///
/// In expr-lang, slices and indices count bytes, and comparisons compare bytes; Swift's `String` does neither.
package struct ByteText: Hashable, Sendable, ExpressibleByStringLiteral {
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    package init(stringLiteral text: String) {
        bytes = Array(text.utf8)
    }

    package var isEmpty: Bool { bytes.isEmpty }

    /// Each byte that is not valid UTF-8 becomes U+FFFD, as in Go.
    package var string: String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = String.UnicodeScalarView()
        for rune in RuneReader.runes(of: bytes) { text.append(rune.scalar) }
        return String(text)
    }

    static func + (left: ByteText, right: ByteText) -> ByteText {
        ByteText(left.bytes + right.bytes)
    }
}

extension ByteText: Comparable {
    package static func < (left: ByteText, right: ByteText) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}

extension ByteText: CustomStringConvertible {
    package var description: String { string }
}

extension ByteText {
    func hasPrefix(_ prefix: ByteText) -> Bool { bytes.starts(with: prefix.bytes) }

    func hasSuffix(_ suffix: ByteText) -> Bool {
        bytes.count >= suffix.bytes.count && bytes.suffix(suffix.bytes.count).elementsEqual(suffix.bytes)
    }

    /// The first position of `needle` at or after `start`, in bytes.
    func firstIndex(of needle: ByteText, from start: Int = 0) -> Int? {
        Self.firstIndex(of: needle.bytes, in: bytes, from: start)
    }

    func lastIndex(of needle: ByteText) -> Int? {
        let width = needle.bytes.count
        guard width <= bytes.count else { return nil }
        if width > 16 {
            let backwards = ByteText(Array(bytes.reversed()))
            let found = backwards.firstIndex(of: ByteText(Array(needle.bytes.reversed())))
            return found.map { bytes.count - width - $0 }
        }
        var place = bytes.count - width
        while place >= 0 {
            if bytes[place..<place + width].elementsEqual(needle.bytes) { return place }
            place -= 1
        }
        return nil
    }

    func contains(_ needle: ByteText) -> Bool { firstIndex(of: needle) != nil }

    private static func firstIndex(of needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        let width = needle.count
        guard let head = needle.first else { return start <= bytes.count ? start : nil }
        guard bytes.count >= width else { return nil }
        if width > 16 { return longIndex(of: needle, in: bytes, from: start) }
        var place = start
        let last = bytes.count - width
        while place <= last {
            if bytes[place] == head, bytes[place..<place + width].elementsEqual(needle) { return place }
            place += 1
        }
        return nil
    }

    /// The algorithm of Knuth, Morris and Pratt: a long text of equal letters does not make the search slow.
    private static func longIndex(of needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var borders = [0]
        var border = 0
        for byte in needle.dropFirst() {
            while border > 0, needle[border] != byte { border = borders[border - 1] }
            if needle[border] == byte { border += 1 }
            borders.append(border)
        }
        var matched = 0
        for place in start..<max(start, bytes.count) {
            while matched > 0, needle[matched] != bytes[place] { matched = borders[matched - 1] }
            if needle[matched] == bytes[place] { matched += 1 }
            if matched == needle.count { return place - needle.count + 1 }
        }
        return nil
    }
}
