package import FoundationEssentials

/// Encodes records as JSON, straight into bytes.
///
/// `JSONEncoder` makes a tree of dictionaries before it writes. Records are encoded while a promotion waits, and this
/// takes less than half of the time. `JSONDecoder` reads the result.
///
/// It is for types without Foundation, as records are: a `Data` or a `Date` would be written in another form than
/// `JSONDecoder` expects.
package struct RecordEncoder {
    package init() {}

    package func encode(_ value: some Encodable) throws -> Data {
        let writer = RecordWriter()
        try writer.write(record: value)
        return Data(writer.bytes)
    }
}

/// The JSON that was written so far.
final class RecordWriter {
    /// An object or an array that is open.
    private struct Level {
        var end: UInt8
        var isEmpty = true
    }

    private(set) var bytes: [UInt8] = []
    private var levels: [Level] = []

    init() { bytes.reserveCapacity(2048) }

    /// Writes a value at the present place.
    func write(record value: some Encodable) throws {
        let depth = levels.count
        let count = bytes.count
        try value.encode(to: ValueWriter(writer: self))
        close(to: depth)
        // A value without any property.
        if bytes.count == count { bytes += "{}".utf8 }
    }

    /// Opens an object at the present place; gives its depth.
    func openObject() -> Int { open(UInt8(ascii: "{"), UInt8(ascii: "}")) }

    /// Opens an array at the present place; gives its depth.
    func openArray() -> Int { open(UInt8(ascii: "["), UInt8(ascii: "]")) }

    /// Begins the next item of the container of this depth; those inside it end.
    func beginItem(at depth: Int) {
        precondition(depth <= levels.count, "nothing is encoded into a container that has ended")
        close(to: depth)
        if !levels[depth - 1].isEmpty { bytes.append(UInt8(ascii: ",")) }
        levels[depth - 1].isEmpty = false
    }

    func beginItem(at depth: Int, key: some CodingKey) {
        beginItem(at: depth)
        write(key.stringValue)
        bytes.append(UInt8(ascii: ":"))
    }

    func writeNull() { bytes += "null".utf8 }

    func write(_ value: Bool) { bytes += (value ? "true" : "false").utf8 }

    func write(integer value: some FixedWidthInteger) { bytes += String(value).utf8 }

    func write(number value: some BinaryFloatingPoint & LosslessStringConvertible) throws {
        guard value.isFinite else {
            throw EncodingError.invalidValue(value, .init(codingPath: [], debugDescription: "JSON has no such number"))
        }
        let text = String(value)
        // As `JSONEncoder` writes whole numbers, so that they are read as such.
        bytes += (text.hasSuffix(".0") ? text.dropLast(2) : text[...]).utf8
    }

    func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            if utf8.contains(where: Self.isEscaped) {
                for byte in utf8 { append(escaping: byte) }
            } else {
                bytes.append(contentsOf: utf8)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func isEscaped(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private func append(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
        // The short forms are those that RecordScanner reads.
        case UInt8(ascii: "\n"): bytes += #"\n"#.utf8
        case UInt8(ascii: "\r"): bytes += #"\r"#.utf8
        case UInt8(ascii: "\t"): bytes += #"\t"#.utf8
        case ..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
        default: bytes.append(byte)
        }
    }

    private func open(_ start: UInt8, _ end: UInt8) -> Int {
        bytes.append(start)
        levels.append(Level(end: end))
        return levels.count
    }

    private func close(to depth: Int) {
        while levels.count > depth { bytes.append(levels.removeLast().end) }
    }
}
