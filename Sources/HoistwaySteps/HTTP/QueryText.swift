/// The query of a URL, as Go's `url.Values` reads and writes it.
struct QueryText {
    private var values: [(name: String, value: String)]

    /// Parts that are not valid are dropped.
    init(_ query: String?) {
        values = (query ?? "").split(separator: "&").compactMap { part in
            guard !part.contains(";") else { return nil }
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.unescaped(pieces[0]), let value = Self.unescaped(pieces.dropFirst().first ?? "")
            else { return nil }
            return (name, value)
        }
    }

    mutating func add(_ name: String, _ value: String) { values.append((name, value)) }

    /// Sorted by name; values of one name keep their order.
    var text: String {
        values.enumerated().sorted {
            $0.element.name == $1.element.name
                ? $0.offset < $1.offset : $0.element.name.utf8.lexicographicallyPrecedes($1.element.name.utf8)
        }
        .map { "\(Self.escaped($0.element.name))=\(Self.escaped($0.element.value))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
                UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: " "): bytes.append(UInt8(ascii: "+"))
            default: bytes += Array(URLEscape.text(byte).utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `nil` where a `%` is not followed by two hexadecimal digits.
    private static func unescaped(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                else { return nil }
                bytes.append(value)
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Escapes of bytes in a URL.
enum URLEscape {
    /// A byte as `%0A`.
    static func text(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
    }

    /// The URL with all characters escaped that a URL must not have: spaces, quotes, characters outside ASCII.
    ///
    /// `nil` where it holds a control character.
    static func complete(_ url: String) -> String? {
        guard !url.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        let raw = Set("\"<>\\^`{|} ".utf8)
        return url.utf8.map { $0 >= 0x80 || raw.contains($0) ? text($0) : String(Unicode.Scalar($0)) }.joined()
    }
}
