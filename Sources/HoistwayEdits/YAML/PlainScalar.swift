/// The meaning of a scalar without quotes, for the readers that Kargo and Helm use.
///
/// These are YAML 1.1's words and numbers (`yes`, `0b1`, `010` is eight, `1_000`), without dates and base-60 numbers,
/// which those readers give as texts: <https://github.com/yaml/go-yaml/blob/v2/resolve.go>.
enum PlainScalar: Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string

    init(_ text: String) {
        if ScalarRules.nullWords.contains(text) {
            self = .null
        } else if let flag = Self.words[text] {
            self = .bool(flag)
        } else if let number = Self.number(Array(text.utf8)) {
            self = .number(number)
        } else {
            self = .string
        }
    }

    private static let words: [String: Bool] = {
        var words: [String: Bool] = [:]
        for word in ["y", "yes", "true", "on"] { for form in forms(word) { words[form] = true } }
        for word in ["n", "no", "false", "off"] { for form in forms(word) { words[form] = false } }
        return words
    }()

    /// The spellings `yes`, `Yes`, `YES`.
    private static func forms(_ word: String) -> [String] {
        [word, word.prefix(1).uppercased() + word.dropFirst(), word.uppercased()]
    }

    private static let notFinite: [String: Double] = [
        ".nan": .nan, ".NaN": .nan, ".NAN": .nan, ".inf": .infinity, ".Inf": .infinity, ".INF": .infinity,
        "+.inf": .infinity, "+.Inf": .infinity, "+.INF": .infinity, "-.inf": -.infinity, "-.Inf": -.infinity,
        "-.INF": -.infinity,
    ]

    private static func number(_ text: [UInt8]) -> Double? {
        guard let first = text.first, text.count <= 400 else { return nil }
        if let special = notFinite[String(decoding: text, as: UTF8.self)] { return special }
        guard isDigit(first) || "+-.".utf8.contains(first) else { return nil }
        // With a dot at the start, underscores make it a text.
        let plain = first == UInt8(ascii: ".") ? text : text.filter { $0 != UInt8(ascii: "_") }
        if first != UInt8(ascii: "."), let whole = whole(plain) { return whole }
        return isFloat(plain) ? Double(String(decoding: plain, as: UTF8.self)) : nil
    }

    /// A 64-bit integer with base 2, 8, 10 or 16.
    private static func whole(_ text: [UInt8]) -> Double? {
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        var radix = 10
        if digits.first == UInt8(ascii: "0"), digits.count > 1 {
            switch digits.dropFirst().first {
            case UInt8(ascii: "x"), UInt8(ascii: "X"): (radix, digits) = (16, digits.dropFirst(2))
            case UInt8(ascii: "o"), UInt8(ascii: "O"): (radix, digits) = (8, digits.dropFirst(2))
            case UInt8(ascii: "b"), UInt8(ascii: "B"): (radix, digits) = (2, digits.dropFirst(2))
            default: (radix, digits) = (8, digits.dropFirst())
            }
        }
        guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+"),
            let value = UInt64(String(decoding: digits, as: UTF8.self), radix: radix)
        else { return nil }
        guard isNegative else { return Double(value) }
        return value <= UInt64(Int64.max) + 1 ? -Double(value) : nil
    }

    /// Whether it is `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
    private static func isFloat(_ text: [UInt8]) -> Bool {
        var rest = text[...]
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = rest.prefix(while: isDigit)
        rest = rest.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard !whole.isEmpty || !fraction.isEmpty else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        } else if whole.isEmpty {
            return false
        }
        guard let exponent = rest.first else { return true }
        guard exponent == UInt8(ascii: "e") || exponent == UInt8(ascii: "E") else { return false }
        rest = rest.dropFirst()
        if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
