package import HoistwayModel

extension HeaderLine {
    /// Whether the header has this name, which must be in lower case.
    ///
    /// An underscore is not a hyphen.
    package func isNamed(_ lowercase: String) -> Bool {
        guard name.utf8.count == lowercase.utf8.count else { return false }
        var expected = lowercase.utf8.makeIterator()
        for byte in name.utf8 {
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            if (isUpper ? byte | 0x20 : byte) != expected.next() { return false }
        }
        return true
    }

    /// The value without surrounding spaces and tabs.
    var trimmedValue: String {
        let bytes = value.utf8
        let start = bytes.firstIndex { !Self.isBlank($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !Self.isBlank($0) }.map { bytes.index(after: $0) } ?? start
        return start == bytes.startIndex && end == bytes.endIndex ? value : String(value[start..<end])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

/// The values of a request for one header name.
enum HeaderFinding: Equatable {
    case absent
    case one(String)
    /// There is more than one line, so neither the first nor the last one is valid.
    case repeated
}

extension [HeaderLine] {
    func only(_ lowercase: String) -> HeaderFinding {
        var found: String?
        for line in self where line.isNamed(lowercase) {
            if found != nil { return .repeated }
            found = line.trimmedValue
        }
        return found.map { .one($0) } ?? .absent
    }

    /// The value of a header that occurs once and is not empty.
    func value(_ lowercase: String) -> String? {
        guard case .one(let value) = only(lowercase), !value.isEmpty else { return nil }
        return value
    }
}
