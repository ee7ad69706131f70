/// Lists several items in one sentence.
package enum Listing {
    /// `a`, `a and b`, `a, b and c`, `a, b, c and 4 more`.
    package static func text(_ items: [String], limit: Int = 3) -> String {
        guard items.count <= limit else {
            return "\(items.prefix(limit).joined(separator: ", ")) and \(items.count - limit) more"
        }
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return "\(items.dropLast().joined(separator: ", ")) and \(last)"
    }

    /// `1 attempt`, `2 attempts`; `noun` must form its plural with s.
    package static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }
}
