/// The key of an update, in parts: `image.tag`, `helmCharts.0.version`, `annotations.example\.com/tag`.
///
/// Kargo's rules: a dot separates parts; `\.` and `\:` are literal. A colon at the start of a part marks the part as a
/// key, not an index. There are no quotes and no brackets.
/// <https://github.com/akuity/kargo/blob/main/pkg/sjson/split_key.go>
package struct KeyPath: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package var text: String
        /// It was written with a colon before it: in json-update, it is a key even if it is a number.
        package var isKey: Bool

        /// The index in the part: digits, with or without a sign.
        var index: Int? { Int(text) }

        /// Compares bytes, since texts that are equal in Unicode are different names to every reader; the colon is not
        /// compared.
        package static func == (left: Part, right: Part) -> Bool {
            left.text.utf8.elementsEqual(right.text.utf8)
        }

        package func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    /// Never empty; no part has an empty text.
    package private(set) var parts: [Part]

    /// The most bytes of a key.
    package static let maxBytes = 4_096
    package static let maxParts = 64

    init(_ parts: [Part]) {
        self.parts = parts
    }

    /// - Throws: the mistake in the key; messages put it after the key's name.
    package init(_ text: String) throws(KeyPathFailure) {
        let bytes = Self.trimmed(Array(text.utf8))
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.count <= Self.maxBytes else { throw .tooLong(limit: Self.maxBytes) }
        parts = []
        var part: [UInt8] = []
        var isKey = false
        var isEscaped = false
        for (offset, byte) in bytes.enumerated() {
            if isEscaped {
                guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") else {
                    throw .escape(position: offset)
                }
                part.append(byte)
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "."):
                try close(&part, &isKey, position: offset + 1)
            case UInt8(ascii: ":"):
                guard part.isEmpty else { throw .colon(position: offset + 1) }
                isKey = true
            default: part.append(byte)
            }
        }
        guard !isEscaped else { throw .escape(position: bytes.count) }
        try close(&part, &isKey, position: bytes.count)
        guard parts.count <= Self.maxParts else { throw .tooDeep(limit: Self.maxParts) }
    }

    private mutating func close(_ part: inout [UInt8], _ isKey: inout Bool, position: Int) throws(KeyPathFailure) {
        guard !part.isEmpty else { throw .emptyPart(position: position) }
        parts.append(Part(text: String(decoding: part, as: UTF8.self), isKey: isKey))
        part = []
        isKey = false
    }

    /// Trims Go's white space, as Kargo does.
    private static func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        var rest = bytes[...]
        while let first = rest.first, first == 0x20 || (0x09...0x0d).contains(first) { rest = rest.dropFirst() }
        while let last = rest.last, last == 0x20 || (0x09...0x0d).contains(last) { rest = rest.dropLast() }
        return rest
    }
}

/// Why a text is not a key of an update; positions are counted in bytes from 1.
package enum KeyPathFailure: Error, Equatable, Sendable {
    case empty
    case emptyPart(position: Int)
    case escape(position: Int)
    case colon(position: Int)
    /// A character that would turn a json-update key into a query.
    case query(position: Int, character: String)
    case tooLong(limit: Int)
    case tooDeep(limit: Int)

    /// The text after the key's name in messages.
    package var reason: String {
        switch self {
        case .empty: "is empty"
        case .emptyPart(let position): "has an empty part at position \(position)"
        case .escape(let position): "has a backslash at position \(position) that stands before neither . nor :"
        case .colon(let position): "has a colon at position \(position), which may stand only at the start of a part"
        case .query(let position, let character):
            "has \(character) at position \(position), which would make a query of it"
        case .tooLong(let limit): "is longer than \(limit) bytes"
        case .tooDeep(let limit): "has more than \(limit) parts"
        }
    }

    package var hint: String {
        switch self {
        case .empty, .emptyPart: "write the names from the top of the file to the value with one dot between them"
        case .escape: "write \\. for a dot and \\: for a colon that belongs to a name; nothing else is escaped"
        case .colon: "write \\: for a colon that belongs to a name"
        case .query(_, let character): "write \\\(character) for a character that belongs to a name"
        case .tooLong, .tooDeep: "shorten the key"
        }
    }
}
