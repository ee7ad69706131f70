extension ClusterValue {
    /// Reads JSON; throws a message where it is invalid.
    ///
    /// At most 200 levels; of a key that appears twice the last one counts.
    package init(json bytes: some Collection<UInt8>) throws(KubernetesStatus) {
        var reader = ClusterValueReader(bytes: Array(bytes))
        guard let value = reader.document() else {
            throw .badRequest("the body is no JSON: unexpected byte at \(reader.position)")
        }
        self = value
    }
}

/// Reads one JSON document; `nil` where it is invalid, with `position` at the place.
private struct ClusterValueReader {
    let bytes: [UInt8]
    private(set) var position = 0
    private var depth = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private static let maxDepth = 200

    mutating func document() -> ClusterValue? {
        guard let value = value() else { return nil }
        skipBlanks()
        return position == bytes.count ? value : nil
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipBlanks()
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard position + length <= bytes.count,
            bytes[position..<position + length].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: length)
            )
        else { return false }
        position += length
        return true
    }

    private mutating func value() -> ClusterValue? {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return nested { $0.map() }
        case UInt8(ascii: "["): return nested { $0.list() }
        case UInt8(ascii: "\""): return string().map(ClusterValue.string)
        case UInt8(ascii: "t"): return take("true" as StaticString) ? .bool(true) : nil
        case UInt8(ascii: "f"): return take("false" as StaticString) ? .bool(false) : nil
        case UInt8(ascii: "n"): return take("null" as StaticString) ? .null : nil
        default: return number()
        }
    }

    private mutating func nested(_ read: (inout Self) -> ClusterValue?) -> ClusterValue? {
        guard depth < Self.maxDepth else { return nil }
        depth += 1
        position += 1
        defer { depth -= 1 }
        return read(&self)
    }

    private mutating func map() -> ClusterValue? {
        var members: [String: ClusterValue] = [:]
        if take("}" as Unicode.Scalar) { return .map(members) }
        repeat {
            skipBlanks()
            guard let key = string(), take(":" as Unicode.Scalar), let member = value() else { return nil }
            members[key] = member
        } while take("," as Unicode.Scalar)
        return take("}" as Unicode.Scalar) ? .map(members) : nil
    }

    private mutating func list() -> ClusterValue? {
        var items: [ClusterValue] = []
        if take("]" as Unicode.Scalar) { return .list(items) }
        repeat {
            guard let item = value() else { return nil }
            items.append(item)
        } while take("," as Unicode.Scalar)
        return take("]" as Unicode.Scalar) ? .list(items) : nil
    }

    private mutating func number() -> ClusterValue? {
        let begin = position
        while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[begin..<position], as: UTF8.self)
        if let whole = Int(text) { return .integer(whole) }
        guard let number = Double(text), number.isFinite else {
            position = begin
            return nil
        }
        return .number(number)
    }

    private mutating func string() -> String? {
        guard next == UInt8(ascii: "\"") else { return nil }
        position += 1
        let begin = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
        var text = Array(bytes[begin..<position])
        while let byte = next, byte >= 0x20 {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(validating: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                text += String(scalar).utf8
            default: text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "u"):
            guard let high = hex() else { return nil }
            guard (0xD800..<0xDC00).contains(high) else { return Unicode.Scalar(high) }
            guard take(#"\u"# as StaticString), let low = hex(), (0xDC00..<0xE000).contains(low) else { return nil }
            return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
        default: return nil
        }
    }

    private mutating func hex() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        defer { position += 4 }
        return UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    }
}
