package import HoistwayModel

/// The new value of an update: a scalar of YAML and JSON.
package enum ScalarValue: Hashable, Sendable {
    case string(String)
    case bool(Bool)
    /// Finite.
    case number(Double)

    /// Longest text that is written, in bytes.
    package static let maxBytes = 64 * 1024

    /// - Throws: the reason why it cannot be written as a scalar; messages put it after "the value".
    package init(_ value: ConfigValue) throws(ScalarValueFailure) {
        switch value {
        case .string(let text): self = .string(text)
        case .bool(let flag): self = .bool(flag)
        case .number(let number): self = .number(number)
        case .null: throw .null
        case .list: throw .collection("a list")
        case .map: throw .collection("an object")
        }
        if let problem { throw problem }
    }

    /// `nil` where the value can be written.
    package var problem: ScalarValueFailure? {
        switch self {
        case .bool: nil
        case .number(let number): number.isFinite ? nil : .notFinite
        case .string(let text):
            if text.utf8.count > Self.maxBytes {
                .tooLong(bytes: text.utf8.count)
            } else if text.unicodeScalars.contains(where: Self.isControl) {
                .controlCharacter
            } else {
                nil
            }
        }
    }

    /// Whether YAML cannot contain the character, or a screen cannot show it.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d: false
        case 0..<0x20, 0x7f...0x84, 0x86...0x9f, 0xfffe, 0xffff: true
        default: false
        }
    }

    /// The digits of a number, without an exponent where it is a whole number that every reader reads exactly.
    ///
    /// For example `2000000`, where Kargo writes `2e+06`.
    package static func text(of number: Double) -> String {
        if number == number.rounded(), abs(number) < 9_007_199_254_740_992 { return String(Int64(number)) }
        let text = "\(number)"
        // A reader of YAML 1.1 requires a dot before an exponent.
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    /// The text without quotes.
    package var text: String {
        switch self {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): Self.text(of: number)
        }
    }
}

/// Why a value cannot be written; messages put it after "the value".
package enum ScalarValueFailure: Error, Equatable, Sendable {
    case null
    /// `a list` or `an object`.
    case collection(String)
    case notFinite
    case tooLong(bytes: Int)
    case controlCharacter

    package var reason: String {
        switch self {
        case .null: "is null, and only texts, numbers and booleans are written"
        case .collection(let kind): "is \(kind), and only texts, numbers and booleans are written"
        case .notFinite: "is a number without an end"
        case .tooLong(let bytes): "has \(bytes) bytes; at most \(ScalarValue.maxBytes) are written"
        case .controlCharacter: "has a control character"
        }
    }

    package var hint: String {
        switch self {
        case .null: "check the expression: a name that is not known gives null"
        case .collection: "name one scalar of it in the expression, or put quote(…) around it to write it as text"
        case .notFinite: "put quote(…) around the expression: texts such as Inf and NaN are numbers to Kargo otherwise"
        case .tooLong, .controlCharacter: "check the expression that gives the value"
        }
    }
}

/// One item of `updates`.
package struct ScalarUpdate: Hashable, Sendable {
    /// As in the configuration.
    package var key: String
    package var value: ScalarValue

    package init(key: String, value: ScalarValue) {
        self.key = key
        self.value = value
    }
}
