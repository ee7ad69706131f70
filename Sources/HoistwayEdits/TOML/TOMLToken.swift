/// Finds the end of a scalar in a TOML file, and writes scalars.
///
/// toml++ gives its start. The edited file is read again to prove that nothing else was changed.
enum TOMLToken {
    /// The bytes of the scalar that begins at `start`; `nil` where it does not end.
    static func range(of content: TOMLTree.Content, at start: Int, in bytes: [UInt8]) -> Range<Int>? {
        guard start < bytes.count else { return nil }
        if case .string = content { return string(at: start, in: bytes) }
        var end = plain(from: start, in: bytes)
        // A date and a time may have a space between them.
        if case .time = content, end - start == 10, end + 1 < bytes.count, bytes[end] == UInt8(ascii: " "),
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[end + 1])
        {
            end = plain(from: end + 1, in: bytes)
        }
        return end > start ? start..<end : nil
    }

    private static func plain(from start: Int, in bytes: [UInt8]) -> Int {
        let ends = Set(" \t\r\n,]}#".utf8)
        return bytes[start...].firstIndex { ends.contains($0) } ?? bytes.count
    }

    private static func string(at start: Int, in bytes: [UInt8]) -> Range<Int>? {
        let quote = bytes[start]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        let isLong = bytes[start...].starts(with: [quote, quote, quote])
        let width = isLong ? 3 : 1
        var index = start + width
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
                index += 2
                continue
            }
            guard bytes[index...].starts(with: repeatElement(quote, count: width)) else {
                index += 1
                continue
            }
            index += width
            // Up to two quotes may come directly before the three that end a multi-line text.
            var more = 0
            while isLong, more < 2, index < bytes.count, bytes[index] == quote {
                index += 1
                more += 1
            }
            return start..<index
        }
        return nil
    }

    /// The text that replaces another scalar: strings get single quotes where possible, as in Kargo.
    static func text(of value: ScalarValue, in place: TOMLTree.Content) -> String {
        switch value {
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number):
            // Many readers refuse an integer where they need a floating-point number.
            if case .float = place, number == number.rounded(), !value.text.contains("e") {
                value.text + ".0"
            } else {
                value.text
            }
        case .string(let text): literal(text)
        }
    }

    private static func literal(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0 != "'" && ($0.value >= 0x20 && $0.value != 0x7F || $0 == "\t")
        }
        guard !isPlain else { return "'\(text)'" }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<" ", "\u{7F}": result += "\\u" + TextEscape.hexadecimal(scalar.value, digits: 4)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
