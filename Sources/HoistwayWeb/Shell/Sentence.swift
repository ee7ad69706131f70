/// Messages of errors and hints, which begin in lower case, as sentences of a page.
enum Sentence {
    /// Begins with a capital letter.
    static func begun(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// Begins with a capital letter and ends with a full stop.
    static func whole(_ text: String) -> String {
        let begun = begun(text)
        return begun.hasSuffix(".") ? begun : "\(begun)."
    }
}
