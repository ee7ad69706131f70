/// Turns the text of an evaluated template into a value: Kargo's rules, in the same order.
enum Coercion {
    /// - Parameter isFromArtifact: whether a part of the text comes from an artifact; then it never becomes a number, a
    ///   bool or nil.
    static func value(of whole: ByteText, isFromArtifact: Bool) -> Value {
        let newline = UInt8(ascii: "\n")
        let hasNewline = whole.bytes.last == newline
        let text = hasNewline ? ByteText(whole.bytes.dropLast()) : whole
        let quote = UInt8(ascii: "\"")
        if text.bytes.count > 1, text.bytes.first == quote, text.bytes.last == quote {
            let inner = text.bytes.dropFirst().dropLast()
            return .text(ByteText(Array(inner) + (hasNewline ? [newline] : [])))
        }
        if !isFromArtifact {
            // A manifest cannot contain infinity or NaN as numbers: they stay text.
            if let number = GoFloat.parse(text), number.isFinite { return .double(number) }
            if let flag = bool(text) { return .bool(flag) }
        }
        if let value = JSONReader.value(of: text), !isFromArtifact || value.depth > 0 {
            return value
        }
        return .text(whole)
    }

    /// Go's `strconv.ParseBool`.
    package static func bool(_ text: ByteText) -> Bool? {
        switch text.string {
        case "1", "t", "T", "TRUE", "true", "True": true
        case "0", "f", "F", "FALSE", "false", "False": false
        default: nil
        }
    }
}
