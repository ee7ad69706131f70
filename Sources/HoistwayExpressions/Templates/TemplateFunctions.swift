/// Functions of all templates: their results are always text.
enum TemplateFunctions {
    static let signatures: [String: Signature] = Dictionary(
        uniqueKeysWithValues: functions.keys.map { ($0, Signature($0, [.any], .string)) }
    )

    static let functions: [String: Scope.HostFunction] = [
        "quote": { arguments throws(ExpressionError) in
            let value = try one(arguments, "quote")
            if let text = value.text { return .text(GoQuote.quoted(text)) }
            return .text("\"" + (try JSONWriter.text(value)) + "\"")
        },
        "unsafeQuote": { arguments throws(ExpressionError) in
            .text("\"" + (try JSONWriter.text(try one(arguments, "unsafeQuote"))) + "\"")
        },
        "asJSON": { arguments throws(ExpressionError) in
            .text("\"" + (try JSONWriter.text(try one(arguments, "asJSON"), indent: true)) + "\n\"")
        },
        "asYAML": { arguments throws(ExpressionError) in
            .text("\"" + (try YAMLWriter.text(try one(arguments, "asYAML"))) + "\"")
        },
    ]

    private static func one(_ arguments: [Value], _ name: String) throws(ExpressionError) -> Value {
        guard arguments.count == 1 else {
            throw ExpressionError(.evaluation, "`\(name)` takes 1 argument, not \(arguments.count)")
        }
        return arguments[0]
    }
}

/// Go's `strconv.Quote`.
enum GoQuote {
    static func quoted(_ text: ByteText) -> ByteText {
        var output = "\""
        var place = 0
        while place < text.bytes.count {
            let rune = RuneReader.rune(in: text.bytes, at: place)
            output += rune.isValid ? escaped(rune.scalar) : "\\x" + hexadecimal(UInt32(text.bytes[place]), 2)
            place += rune.width
        }
        return ByteText(output + "\"")
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\u{7}": "\\a"
        case "\u{8}": "\\b"
        case "\u{C}": "\\f"
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        case "\u{B}": "\\v"
        case _ where isPrintable(scalar): String(Character(scalar))
        case _ where scalar.value < 0x20 || scalar.value == 0x7F: "\\x" + hexadecimal(scalar.value, 2)
        case _ where scalar.value < 0x10000: "\\u" + hexadecimal(scalar.value, 4)
        default: "\\U" + hexadecimal(scalar.value, 8)
        }
    }

    /// Letters, marks, numbers, punctuation, symbols, and no white space except the plain space.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default: return true
        }
    }

    private static func hexadecimal(_ number: UInt32, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
