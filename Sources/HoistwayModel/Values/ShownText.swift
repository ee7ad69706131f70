/// Texts of others in a message: short, on one line, and without control characters.
package enum ShownText {
    package static func quoted(_ text: String) -> String { "'\(bare(text))'" }

    /// Without quotation marks.
    package static func bare(_ text: String) -> String {
        let safe = text.unicodeScalars.prefix(80).map { scalar in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? "?" : String(scalar)
        }
        return "\(safe.joined())\(text.unicodeScalars.count > 80 ? "…" : "")"
    }
}
