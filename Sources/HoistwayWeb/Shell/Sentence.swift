/// Messages and hints, which begin in lower case, as sentences for a page.
enum Sentence {
    /// With a capital letter at the start.
    static func begun(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// With a capital letter at the start and a full stop at the end.
    static func whole(_ text: String) -> String {
        let begun = begun(text)
        return begun.hasSuffix(".") ? begun : "\(begun)."
    }
}
