extension RegexTranslator {
    /// The named sets that a class may contain in brackets.
    private static let named: Set<String> = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
        "word", "xdigit",
    ]

    /// Reads a class after its `[`.
    mutating func characterClass() throws(PatternProblem) {
        output += skip("^") ? "[^" : "["
        var isFirst = true
        while true {
            guard let scalar = next else { throw problem("a closing ] is missing") }
            if scalar == "]" && !isFirst {
                position += 1
                output += "]"
                return
            }
            isFirst = false
            if try !namedSet() { try memberOrRange() }
        }
    }

    /// Reads `[:alpha:]` or `[:^alpha:]`; false where no named set begins.
    private mutating func namedSet() throws(PatternProblem) -> Bool {
        guard scalars[position...].starts(with: "[:".unicodeScalars) else { return false }
        let rest = scalars[(position + 2)...]
        let body = rest.prefix { $0 != ":" && $0 != "]" }
        guard rest.dropFirst(body.count).starts(with: ":]".unicodeScalars) else { return false }
        let text = String(String.UnicodeScalarView(body))
        let name = text.hasPrefix("^") ? String(text.dropFirst()) : text
        guard Self.named.contains(name) else { throw problem("[:\(text):] is no set of characters") }
        position += body.count + 4
        output += "[:\(text):]"
        return true
    }

    private mutating func memberOrRange() throws(PatternProblem) {
        guard let low = try member() else { return }
        let isRange = next == "-" && position + 1 < scalars.count && scalars[position + 1] != "]"
        guard isRange else { return writeLiteral(low) }
        position += 1
        let rangeStart = output.endIndex
        guard let high = try member(), low <= high else {
            output.removeSubrange(rangeStart...)
            throw problem("the range that begins with \(low) in brackets has no end above it")
        }
        writeLiteral(low)
        output += "-"
        writeLiteral(high)
    }

    /// Reads one character; `nil` after it has written a set.
    private mutating func member() throws(PatternProblem) -> Unicode.Scalar? {
        guard let scalar = next else { throw problem("a closing ] is missing") }
        guard scalar == "\\" else {
            position += 1
            return scalar
        }
        switch try readEscape() {
        case .literal(let literal): return literal
        case .set(_, let text):
            output += text
            return nil
        case .place, .quoted: throw problem("\\b, \\B, \\A, \\z and \\Q have no meaning in brackets")
        }
    }
}
