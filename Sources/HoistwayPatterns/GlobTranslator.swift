/// Translates doublestar's globs (<https://github.com/bmatcuk/doublestar#patterns>) to pcre2 syntax.
///
/// - `*` and `?` match within one path component.
/// - `**` as a whole component matches any number of components.
/// - `[a-z]`, `[!a]` and `[^a]` are sets, `{a,b}` are alternatives.
/// - `\` makes the next character literal.
struct GlobTranslator {
    /// How many globs without braces one glob may expand to.
    static let maxAlternatives = 256

    private let glob: String

    init(_ glob: String) {
        self.glob = glob
    }

    func translate() throws(PatternProblem) -> String {
        var alternatives: [String] = []
        for plain in try GlobBraces(glob).expand() { alternatives.append(try translate(plain: plain)) }
        return alternatives.joined(separator: "|")
    }

    /// Translates a glob without braces, component by component.
    private func translate(plain scalars: [Unicode.Scalar]) throws(PatternProblem) -> String {
        let components = split(scalars)
        var output = ""
        for (index, component) in components.enumerated() {
            let isLast = index == components.count - 1
            guard component == ["*", "*"] else {
                output += try translate(component: component)
                // The slash before a final ** is optional with it: a/** matches a too.
                let nextIsLastDoubleStar = index == components.count - 2 && components[index + 1] == ["*", "*"]
                if !isLast && !nextIsLastDoubleStar { output += "/" }
                continue
            }
            switch (index == 0, isLast) {
            case (true, true): output += ".*"
            case (false, true): output += components[index - 1] == ["*", "*"] ? ".*" : "(?:/.*)?"
            case (_, false): output += "(?:.*/)?"
            }
        }
        return output
    }

    /// Splits at slashes that are neither after a backslash nor in brackets.
    private func split(_ scalars: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var components: [[Unicode.Scalar]] = [[]]
        var isEscaped = false
        for scalar in scalars {
            if scalar == "/" && !isEscaped {
                components.append([])
            } else {
                components[components.count - 1].append(scalar)
            }
            isEscaped = scalar == "\\" && !isEscaped
        }
        return components
    }

    private func translate(component: [Unicode.Scalar]) throws(PatternProblem) -> String {
        var reader = RegexTranslator(String(String.UnicodeScalarView(component)))
        while let scalar = reader.next {
            reader.position += 1
            switch scalar {
            case "*":
                while reader.skip("*") {}
                reader.output += "[^/]*"
            case "?": reader.output += "[^/]"
            case "[": try set(&reader)
            case "\\":
                guard let escaped = reader.next else { throw problem("a \\ stands at its end") }
                reader.position += 1
                reader.writeLiteral(escaped)
            default: reader.writeLiteral(scalar)
            }
        }
        return reader.output
    }

    private func set(_ reader: inout RegexTranslator) throws(PatternProblem) {
        reader.output += "(?!/)["
        if reader.skip("^") || reader.skip("!") { reader.output += "^" }
        var isFirst = true
        while isFirst || reader.next != "]" {
            isFirst = false
            let low = try member(&reader)
            reader.writeLiteral(low)
            let isRange = reader.next == "-" && reader.scalars.dropFirst(reader.position + 1).first != "]"
            guard isRange, reader.skip("-") else { continue }
            let high = try member(&reader)
            guard low <= high else { throw problem("a range in brackets ends before it begins") }
            reader.output += "-"
            reader.writeLiteral(high)
        }
        reader.position += 1
        reader.output += "]"
    }

    private func member(_ reader: inout RegexTranslator) throws(PatternProblem) -> Unicode.Scalar {
        _ = reader.skip("\\")
        guard let scalar = reader.next else { throw problem("a closing ] is missing") }
        reader.position += 1
        return scalar
    }

    private func problem(_ text: String) -> PatternProblem {
        PatternProblem(pattern: glob, problem: text)
    }
}
