import HoistwayModel

/// Reads the template of a ``JSONPath``.
struct JSONPathParser {
    private let original: String
    private let text: [Character]
    private var place = 0
    /// `{range}` inside `{range}`.
    private var depth = 0
    /// Filters inside filters.
    private var filters = 0
    private static let maxDepth = 16

    init(_ text: String, original: String) {
        self.text = Array(text)
        self.original = original
    }

    /// Up to the end, or up to the `{end}` of the range that is read.
    mutating func nodes() throws(CommandFailure) -> [JSONPath.Node] {
        var nodes: [JSONPath.Node] = []
        var plain = ""
        func flush() { if !plain.isEmpty { nodes.append(.text(plain)) } }
        while let next = peek() {
            guard next == "{" else {
                plain.append(next)
                place += 1
                continue
            }
            flush()
            plain = ""
            place += 1
            skipBlanks()
            if takes("end") {
                guard depth > 0 else { throw problem("{end} has no {range} before it") }
                try close()
                return nodes
            }
            if takes("range") {
                depth += 1
                guard depth <= Self.maxDepth else { throw problem("there are too many ranges in each other") }
                let steps = try path()
                try close()
                let body = try self.nodes()
                depth -= 1
                nodes.append(.range(steps, body))
            } else if let quote = peek(), quote == "\"" || quote == "'" {
                nodes.append(.text(try quoted()))
                try close()
            } else {
                nodes.append(.path(try path()))
                try close()
            }
        }
        flush()
        guard depth == 0 else { throw problem("a {range} has no {end}") }
        return nodes
    }

    private mutating func close() throws(CommandFailure) {
        skipBlanks()
        guard takes("}") else {
            throw problem(peek().map { "\"\($0)\" is not expected here" } ?? "a } is missing")
        }
    }

    private mutating func path() throws(CommandFailure) -> [JSONPath.Step] {
        skipBlanks()
        var steps: [JSONPath.Step] = []
        if peek() == "$" || peek() == "@" { place += 1 }
        while let next = peek() {
            switch next {
            case ".":
                place += 1
                if takes(".") {
                    steps.append(.everything)
                    if takes("*") {
                        steps.append(.all)
                    } else if peek() != "[" {
                        steps.append(.field(try name()))
                    }
                } else if takes("*") {
                    steps.append(.all)
                } else if peek() != "[", peek().map(Self.isName) == true {
                    steps.append(.field(try name()))
                }
            case "[":
                place += 1
                steps.append(try bracket())
            default:
                guard steps.isEmpty, Self.isName(next) else { return steps }
                steps.append(.field(try name()))
            }
        }
        return steps
    }

    private mutating func bracket() throws(CommandFailure) -> JSONPath.Step {
        skipBlanks()
        let step: JSONPath.Step
        if takes("*") {
            step = .all
        } else if takes("?(") {
            step = try filter()
        } else if let quote = peek(), quote == "'" || quote == "\"" {
            step = .field(try quoted())
        } else {
            let first = number()
            if takes(":") {
                step = .slice(from: first, to: number())
            } else {
                guard let first else { throw problem("[ wants a number, a name in quotes, * or ?( after it") }
                step = .index(first)
            }
        }
        skipBlanks()
        guard takes("]") else { throw problem("a ] is missing") }
        return step
    }

    private mutating func filter() throws(CommandFailure) -> JSONPath.Step {
        filters += 1
        guard filters <= Self.maxDepth else { throw problem("there are too many filters in each other") }
        defer { filters -= 1 }
        let steps = try path()
        skipBlanks()
        if takes(")") { return .filter(steps, nil) }
        guard let sign = JSONPath.Comparison.Sign.allCases.first(where: { takes($0.rawValue) }) else {
            throw problem("a filter compares with ==, !=, <, <=, > or >=")
        }
        skipBlanks()
        let value: ConfigValue
        if let quote = peek(), quote == "'" || quote == "\"" {
            value = .string(try quoted())
        } else if takes("true") {
            value = .bool(true)
        } else if takes("false") {
            value = .bool(false)
        } else {
            guard let number = number() else {
                throw problem("a filter compares with a number, a text or true or false")
            }
            value = .number(Double(number))
        }
        skipBlanks()
        guard takes(")") else { throw problem("a ) is missing") }
        return .filter(steps, JSONPath.Comparison(sign: sign, value: value))
    }

    private mutating func quoted() throws(CommandFailure) -> String {
        guard let quote = peek() else { throw problem("a text is missing") }
        place += 1
        var taken = ""
        while let next = peek() {
            place += 1
            if next == quote { return taken }
            guard next == "\\", let escaped = peek() else {
                taken.append(next)
                continue
            }
            place += 1
            taken.append(escaped == "n" ? "\n" : escaped == "t" ? "\t" : escaped)
        }
        throw problem("a text has no end")
    }

    private mutating func name() throws(CommandFailure) -> String {
        var name = ""
        while let next = peek(), Self.isName(next) {
            name.append(next)
            place += 1
        }
        guard !name.isEmpty else { throw problem("a name is missing") }
        return name
    }

    private mutating func number() -> Int? {
        let start = place
        if peek() == "-" { place += 1 }
        while let next = peek(), next.isASCII, next.isNumber { place += 1 }
        guard let number = Int(String(text[start..<place])) else {
            place = start
            return nil
        }
        return number
    }

    private static func isName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "-" || character == "/"
    }

    private func peek() -> Character? { place < text.count ? text[place] : nil }

    private mutating func takes(_ word: String) -> Bool {
        guard text[place...].starts(with: word) else { return false }
        place += word.count
        return true
    }

    private mutating func skipBlanks() { while peek() == " " { place += 1 } }

    private func problem(_ what: String) -> CommandFailure {
        .usage(
            "jsonpath \(SafeText.line(original)): \(SafeText.line(what))",
            hint: "for example: -o jsonpath='{.items[*].name}'"
        )
    }
}
