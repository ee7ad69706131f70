extension RegexTranslator {
    /// The meaning of a backslash and the characters after it.
    enum Escape {
        case literal(Unicode.Scalar)
        /// pcre2 syntax for a set of characters: for use outside a class, and for use inside a class.
        case set(outside: String, inside: String)
        /// Matches a position, not a character.
        case place(String)
        case quoted([Unicode.Scalar])
    }

    /// Translates a backslash outside a class.
    mutating func escape() throws(PatternProblem) {
        switch try readEscape() {
        case .literal(let scalar): writeLiteral(scalar)
        case .set(let text, _), .place(let text): output += text
        case .quoted(let scalars):
            // A quantifier may follow even an empty quotation.
            if scalars.isEmpty { output += "(?:)" }
            for scalar in scalars { writeLiteral(scalar) }
        }
    }

    mutating func readEscape() throws(PatternProblem) -> Escape {
        position += 1
        guard let scalar = next else { throw problem("a \\ stands at its end") }
        position += 1
        switch scalar {
        case "d", "D", "w", "W": return .set(outside: "\\\(scalar)", inside: "\\\(scalar)")
        // RE2's white space has no vertical tab; pcre2's has.
        case "s": return .set(outside: "[\\t\\n\\f\\r\\x20]", inside: "\\t\\n\\f\\r\\x20")
        case "S": return .set(outside: "[^\\t\\n\\f\\r\\x20]", inside: "\\S\\x{b}")
        case "p", "P": return try property(negated: scalar == "P")
        case "A", "z", "b", "B": return .place("(?:\\\(scalar))")
        case "Q": return quotation()
        case "a": return .literal("\u{07}")
        case "f": return .literal("\u{0C}")
        case "n": return .literal("\n")
        case "r": return .literal("\r")
        case "t": return .literal("\t")
        case "v": return .literal("\u{0B}")
        case "x": return .literal(try hexadecimal())
        case "0"..."7": return .literal(try octal(first: scalar))
        default:
            guard scalar.isASCII, !scalar.properties.isAlphabetic, !scalar.isDigit else {
                throw problem("\\\(scalar) is not RE2 syntax")
            }
            return .literal(scalar)
        }
    }

    private mutating func quotation() -> Escape {
        var quoted: [Unicode.Scalar] = []
        while let scalar = next, !skip("\\E") {
            quoted.append(scalar)
            position += 1
        }
        return .quoted(quoted)
    }

    private mutating func octal(first: Unicode.Scalar) throws(PatternProblem) -> Unicode.Scalar {
        var digits = String(first)
        while digits.count < 3, let digit = next, ("0"..."7").contains(digit) {
            digits.unicodeScalars.append(digit)
            position += 1
        }
        guard first == "0" || digits.count > 1 else { throw problem("\\\(first) is a back reference: RE2 has none") }
        guard let value = UInt32(digits, radix: 8), let scalar = Unicode.Scalar(value) else {
            throw problem("\\\(digits) is no character")
        }
        return scalar
    }

    private mutating func hexadecimal() throws(PatternProblem) -> Unicode.Scalar {
        let isBraced = skip("{")
        var digits = ""
        while digits.count < (isBraced ? 6 : 2), let digit = next, digit.isASCII, digit.properties.isASCIIHexDigit {
            digits.unicodeScalars.append(digit)
            position += 1
        }
        let isClosed = isBraced ? skip("}") : digits.count == 2
        guard isClosed, let value = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(value) else {
            throw problem("\\x needs two hexadecimal digits, or a character's number in braces")
        }
        return scalar
    }

    /// `\pL`, `\p{Lu}`, `\p{^Greek}`.
    private mutating func property(negated: Bool) throws(PatternProblem) -> Escape {
        var negated = negated
        let isBraced = skip("{")
        if isBraced && skip("^") { negated.toggle() }
        let limit = isBraced ? 40 : 1
        let letters = scalars[position...].prefix(limit).prefix {
            $0.isASCII && ($0.properties.isAlphabetic || $0 == "_")
        }
        position += letters.count
        guard !letters.isEmpty, !isBraced || skip("}") else {
            throw problem("\\p needs the name of a class, as \\p{Lu}")
        }
        let name = String(String.UnicodeScalarView(letters))
        // A longer name is the name of a script: without `sc:`, pcre2 would also match its script extensions.
        let isCategory = name.count <= 2 || name == "Any"
        let text = "\\\(negated ? "P" : "p"){\(isCategory ? name : "sc:\(name)")}"
        return .set(outside: text, inside: text)
    }
}
