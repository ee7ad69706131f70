/// Translates RE2 syntax (<https://github.com/google/re2/wiki/Syntax>) to pcre2 syntax.
///
/// Nothing is copied without a check, so syntax that RE2 does not have cannot reach pcre2. Syntax with different
/// meanings in the two (`\s`, `\v`, `{,3}`) is written out. Groups do not capture, since no caller needs their text.
struct RegexTranslator {
    /// Go's and RE2's limit for one repetition.
    static let maxRepeat = 1000
    /// The most groups inside each other.
    static let maxDepth = 100

    let pattern: String
    let scalars: [Unicode.Scalar]
    var position = 0
    var output = ""
    /// Whether `(?m)` is on: here, and outside each open group.
    private var isMultiline = false
    private var outside: [Bool] = []
    private var names: Set<String> = []
    /// Whether a quantifier may come next.
    private var isRepeatable = false
    private var followsQuantifier = false

    init(_ pattern: String) {
        self.pattern = pattern
        scalars = Array(pattern.unicodeScalars)
    }

    var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    mutating func skip(_ text: String) -> Bool {
        guard scalars[position...].starts(with: text.unicodeScalars) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    func problem(_ text: String) -> PatternProblem {
        PatternProblem(pattern: pattern, problem: text)
    }

    mutating func translate() throws(PatternProblem) -> String {
        while let scalar = next { try translate(scalar) }
        guard outside.isEmpty else { throw problem("a closing ) is missing") }
        return output
    }

    private mutating func translate(_ scalar: Unicode.Scalar) throws(PatternProblem) {
        switch scalar {
        case "(": try openGroup()
        case ")": try closeGroup()
        case "|": write("|", repeatable: false)
        case "*", "+", "?": try quantifier(String(scalar), length: 1)
        case "{": try brace()
        case "[":
            position += 1
            try characterClass()
            atom()
        case "\\":
            try escape()
            atom()
        case ".": write(".", repeatable: true)
        // In a group, since pcre2 does not repeat a bare assertion.
        case "^": write("(?:^)", repeatable: true)
        // pcre2's $ also matches before a final newline; the option against that breaks (?m) in the breadth-first
        // matcher.
        case "$": write(isMultiline ? "(?:$)" : "(?:\\z)", repeatable: true)
        default:
            position += 1
            writeLiteral(scalar)
            atom()
        }
    }

    private mutating func atom() {
        isRepeatable = true
        followsQuantifier = false
    }

    private mutating func write(_ text: String, repeatable: Bool) {
        position += 1
        output += text
        isRepeatable = repeatable
        followsQuantifier = false
    }

    /// Writes a character so that it has no special meaning, inside a class and outside.
    mutating func writeLiteral(_ scalar: Unicode.Scalar) {
        let isPlain = scalar.value >= 0x80 || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        if isPlain && scalar.value >= 0x20 {
            output.unicodeScalars.append(scalar)
        } else {
            output += "\\x{\(String(scalar.value, radix: 16))}"
        }
    }

    private mutating func closeGroup() throws(PatternProblem) {
        guard let flag = outside.popLast() else { throw problem("a ) has no (") }
        isMultiline = flag
        write(")", repeatable: true)
    }

    private mutating func openGroup() throws(PatternProblem) {
        position += 1
        let before = isMultiline
        if skip("?") {
            guard try specialGroup() else { return }
        } else {
            output += "(?:"
        }
        outside.append(before)
        guard outside.count <= Self.maxDepth else { throw problem("more than \(Self.maxDepth) groups within groups") }
        isRepeatable = false
        followsQuantifier = false
    }

    /// Reads a group after its `(?`; false where it only changed flags, such as `(?i)`.
    private mutating func specialGroup() throws(PatternProblem) -> Bool {
        if skip("P<") || (next == "<" && !isLookbehind && skip("<")) {
            try groupName()
            output += "(?:"
            return true
        }
        let flags = String(
            String.UnicodeScalarView(scalars[position...].prefix { "imsU-".unicodeScalars.contains($0) })
        )
        let isSound = flags.filter { $0 == "-" }.count <= 1 && flags.last != "-"
        position += flags.unicodeScalars.count
        let cleared = flags.drop { $0 != "-" }
        if flags.contains("m") { isMultiline = !cleared.contains("m") }
        if isSound && skip(":") {
            output += "(?\(flags):"
            return true
        }
        if isSound && !flags.isEmpty && skip(")") {
            output += "(?\(flags))"
            isRepeatable = false
            followsQuantifier = false
            return false
        }
        let start = "(?\(flags)\(next.map(String.init) ?? "")"
        throw problem("\(start) is not RE2 syntax: there is no lookaround, recursion, condition or atomic group")
    }

    private var isLookbehind: Bool {
        position + 1 < scalars.count && ["=", "!"].contains(scalars[position + 1])
    }

    private mutating func groupName() throws(PatternProblem) {
        let name = scalars[position...].prefix { $0.isASCII && ($0.properties.isAlphabetic || $0.isDigit || $0 == "_") }
        position += name.count
        let text = String(String.UnicodeScalarView(name))
        guard !text.isEmpty, skip(">") else { throw problem("a group's name is letters, digits and _ between < and >") }
        guard names.insert(text).inserted else { throw problem("two groups are named \(text)") }
    }

    private mutating func quantifier(_ text: String, length: Int) throws(PatternProblem) {
        guard !followsQuantifier else {
            throw problem("\(text) cannot follow another repetition: RE2 has no possessive or doubled ones")
        }
        guard isRepeatable else { throw problem("there is nothing before \(text) to repeat") }
        position += length
        output += text
        if skip("?") { output += "?" }
        followsQuantifier = true
    }

    /// Reads `{2}`, `{2,}` or `{2,3}`; any other brace is a literal.
    private mutating func brace() throws(PatternProblem) {
        let inner = scalars[(position + 1)...].prefix { $0.isDigit || $0 == "," }
        let end = position + 1 + inner.count
        let parts = inner.split(separator: ",", omittingEmptySubsequences: false)
        guard
            end < scalars.count, scalars[end] == "}", parts.count <= 2,
            let first = parts.first, !first.isEmpty
        else {
            writeLiteral("{")
            position += 1
            return atom()
        }
        let text = String(String.UnicodeScalarView(inner))
        let bounds = parts.filter { !$0.isEmpty }.map { Int(String(String.UnicodeScalarView($0))) ?? .max }
        guard bounds.allSatisfy({ $0 <= Self.maxRepeat }) else {
            throw problem("{\(text)} repeats more than \(Self.maxRepeat) times")
        }
        guard bounds.count < 2 || bounds[0] <= bounds[1] else { throw problem("{\(text)} ends before it begins") }
        try quantifier("{\(text)}", length: inner.count + 2)
    }
}

extension Unicode.Scalar {
    var isDigit: Bool { ("0"..."9").contains(self) }
}
