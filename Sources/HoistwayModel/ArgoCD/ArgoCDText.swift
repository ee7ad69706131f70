/// Shows messages of Argo CD, or of others who write to an Application.
package enum ArgoCDText {
    private static let maxCharacters = 400

    /// The text on one line, without control characters, cut to a length for a sentence.
    package static func line(_ text: String) -> String {
        let all = text.unicodeScalars.map { scalar -> Character in
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : Character(scalar)
        }
        let cut = String(all.prefix(maxCharacters)).trimmed()
        return all.count > maxCharacters ? "\(cut)…" : cut
    }
}
