/// Texts as JSON, and whether a text is JSON.
enum JSONText {
    static func isValid(_ bytes: [UInt8]) -> Bool {
        // Why it is none, nobody asked.
        guard let source = try? SourceText(bytes, limit: YAMLLimits.valuesBytes), source.contentStart == 0 else {
            return false
        }
        return (try? JSONTree(source)) != nil
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{2028}": result += "\\u2028"
            case "\u{2029}": result += "\\u2029"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
