import HoistwayEdits

/// The text of a scalar, and whether its notation gives it another type than text.
///
/// Types are those of Kubernetes, whose YAML library reads version 1.1: `on` and `yes` are booleans.
struct YamlScalar: Sendable {
    enum Value: Equatable {
        case null
        case bool(Bool)
        case number(Double)
        case text(String)
    }

    var text: String
    /// Not quoted, not a block, not tagged as text, not from a variable.
    var isPlain: Bool
    /// A problem with it was reported: its real value is not known, and no further problem is reported for it.
    var hasReportedProblem = false
    /// Where its expressions begin in the file, in their order.
    var openings: [YAMLTree.Opening] = []

    /// The place where the file has the text letter for letter.
    var body: YAMLTree.Body?

    var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(text) }

    var value: Value {
        guard isPlain else { return .text(text) }
        if isNull { return .null }
        if let flag = bool { return .bool(flag) }
        if let number { return .number(number) }
        return .text(text)
    }

    /// The flag that the text names, quoted or not.
    var bool: Bool? {
        switch text {
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": true
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": false
        default: nil
        }
    }

    /// The whole number that the text writes in decimal, quoted or not.
    var integer: Int? {
        let digits = text.first == "-" ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(text)
    }

    var kind: String {
        switch value {
        case .null: "nothing"
        case .bool: "true or false"
        case .number: "a number"
        case .text: "text"
        }
    }

    private var number: Double? {
        if let based = basedInteger { return based }
        // Double's own parser also takes "nan", "inf" and hexadecimal floats, which YAML does not.
        let allowed = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
        }
        guard allowed, text.utf8.contains(where: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Double(text)
    }

    /// `0x1f`, `0o17`, `0b1` and YAML 1.1's octal `017`.
    private var basedInteger: Double? {
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
            return Int(text.dropFirst(2), radix: radix).map(Double.init)
        }
        guard text.count > 1, text.hasPrefix("0"), !text.contains(".") else { return nil }
        return Int(text.dropFirst(), radix: 8).map(Double.init)
    }
}
