/// Writes texts as JSON, and checks whether a text is JSON.
enum JSONText {
    static func isValid(_ bytes: [UInt8]) -> Bool {
        // The caller does not need to know why it is not valid.
        guard let source = try? SourceText(bytes, limit: YAMLLimits.valuesBytes), source.contentStart == 0 else {
            return false
        }
        return (try? JSONTree(source)) != nil
    }

    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if let escape = TextEscape.short(scalar) {
                result += escape
            } else if scalar.value < 0x20 || scalar == "\u{2028}" || scalar == "\u{2029}" {
                result += "\\u" + TextEscape.hexadecimal(scalar.value, digits: 4)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
