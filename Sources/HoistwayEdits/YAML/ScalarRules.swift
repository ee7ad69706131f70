/// Writes a string so that every YAML reader takes it for a string.
///
/// It respects the words and numbers of YAML 1.1 and 1.2 and the additions of Go's readers, since any reader may read
/// the document next: <https://yaml.org/type/>, <https://yaml.org/spec/1.2.2/#103-core-schema>.
enum ScalarRules {
    static let nullWords: Set<String> = ["", "~", "null", "Null", "NULL"]

    private static let words: Set<String> = [
        "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "t", "f", ".inf", "-.inf", "+.inf",
        ".nan", "inf", "-inf", "+inf", "nan", "<<", "=",
    ]

    /// Whether some reader takes the text without quotes for a number, a boolean, a date or null.
    static func isAmbiguous(_ text: String) -> Bool {
        let lower = text.lowercased()
        return words.contains(lower) || isNumber(Array(lower.utf8)) || isDate(Array(lower.utf8))
    }

    /// The text as a scalar in the style of the replaced one; plain only where that is safe.
    static func written(_ text: String, like style: YAMLNode.ScalarStyle = .plain) -> String {
        switch style {
        case .singleQuoted where isASCIIText(text):
            "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        case .plain where isPlain(text): text
        default: doubleQuoted(text)
        }
    }

    /// Whether the text may be written at all: limited length, on one line, without control characters.
    static func isWritable(_ text: String) -> Bool {
        text.utf8.count <= YAMLLimits.valueBytes
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value)
                    && ![0x2028, 0x2029, 0xfeff, 0xfffe, 0xffff].contains(scalar.value)
            }
    }

    private static func isASCIIText(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
    }

    private static func isPlain(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last else { return false }
        let safe = bytes.allSatisfy { isWordByte($0) || "./:@+-= ".utf8.contains($0) }
        let safeFirst = isWordByte(first) || first == UInt8(ascii: ".") || first == UInt8(ascii: "/")
        let hasKey = zip(bytes, bytes.dropFirst()).contains { $0 == UInt8(ascii: ":") && $1 == UInt8(ascii: " ") }
        return safe && safeFirst && last != UInt8(ascii: ":") && last != UInt8(ascii: " ") && !hasKey
            && !isAmbiguous(text) && !text.hasPrefix("...")
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func doubleQuoted(_ text: String) -> String {
        var result = "\""
        for character in text.unicodeScalars {
            switch character.value {
            case 0x0a: result += "\\n"
            case 0x0d: result += "\\r"
            case 0x09: result += "\\t"
            case 0x85: result += "\\N"
            case 0x2028: result += "\\L"
            case 0x2029: result += "\\P"
            case 0xfeff: result += "\\uFEFF"
            default:
                if character == "\"" || character == "\\" { result.unicodeScalars.append("\\") }
                result.unicodeScalars.append(character)
            }
        }
        return result + "\""
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isDigitOrUnderscore(_ byte: UInt8) -> Bool { isDigit(byte) || byte == UInt8(ascii: "_") }

    /// Takes lower-case bytes: integers of any base, decimals, exponents, sexagesimals.
    private static func isNumber(_ text: [UInt8]) -> Bool {
        var digits = text[...]
        if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            digits = digits.dropFirst()
        }
        guard let first = digits.first, isDigit(first) || first == UInt8(ascii: ".") else { return false }
        guard digits.contains(where: isDigit) else { return false }
        if first == UInt8(ascii: "0"), let base = digits.dropFirst().first, "xob".utf8.contains(base) {
            return digits.dropFirst(2).allSatisfy { isDigitOrUnderscore($0) || (97...102).contains($0) }
        }
        let parts = digits.split(separator: UInt8(ascii: "e"), maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { return isDecimal(parts[0]) && isExponent(parts[1]) }
        return isDecimal(digits) || isSexagesimal(digits)
    }

    private static func isDecimal(_ text: ArraySlice<UInt8>) -> Bool {
        text.allSatisfy { isDigitOrUnderscore($0) || $0 == UInt8(ascii: ".") }
            && text.count { $0 == UInt8(ascii: ".") } <= 1
    }

    private static func isExponent(_ text: ArraySlice<UInt8>) -> Bool {
        let digits = text.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        return !digits.isEmpty && digits.allSatisfy(isDigitOrUnderscore)
    }

    private static func isSexagesimal(_ text: ArraySlice<UInt8>) -> Bool {
        text.contains(UInt8(ascii: ":"))
            && text.allSatisfy { isDigitOrUnderscore($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }

    /// Whether it begins with a date like `2024-1-2`, alone or before a time.
    private static func isDate(_ text: [UInt8]) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "-"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, (1...2).contains(parts[1].count) else { return false }
        let day = parts[2].prefix(while: isDigit)
        guard (1...2).contains(day.count), parts[0].allSatisfy(isDigit), parts[1].allSatisfy(isDigit) else {
            return false
        }
        return parts[2].dropFirst(day.count).first.map { "t \t".utf8.contains($0) } ?? true
    }
}
