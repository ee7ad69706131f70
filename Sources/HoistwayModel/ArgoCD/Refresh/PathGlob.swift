/// Go's `filepath.Match`: `*`, `?`, `[…]` and `\`, none of which matches a slash.
///
/// <https://pkg.go.dev/path/filepath#Match>
enum PathGlob {
    /// The text before the first special character of a pattern; `nil` where there is none.
    static func fixedStart(of pattern: String) -> String? {
        guard let sign = pattern.utf8.firstIndex(where: isSign) else { return nil }
        return String(decoding: pattern.utf8[..<sign], as: UTF8.self)
    }

    /// Also false for an invalid pattern.
    static func matches(_ pattern: String, _ path: String) -> Bool {
        let patterns = pattern.split(separator: "/", omittingEmptySubsequences: false)
        let elements = path.split(separator: "/", omittingEmptySubsequences: false)
        guard patterns.count == elements.count else { return false }
        return zip(patterns, elements).allSatisfy { pattern, element in
            guard let tokens = tokens(of: pattern) else { return false }
            return matches(tokens[...], Array(element.unicodeScalars)[...])
        }
    }

    private enum Token {
        case one(Unicode.Scalar)
        case any
        case many
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)

        func admits(_ scalar: Unicode.Scalar) -> Bool {
            switch self {
            case .one(let wanted): wanted == scalar
            case .any: true
            case .many: false
            case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
            }
        }
    }

    private static func isSign(_ byte: UInt8) -> Bool { "*?[\\".utf8.contains(byte) }

    /// Only the last `*` is tried again, so the time is at most the product of both lengths.
    private static func matches(_ tokens: ArraySlice<Token>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
        var (token, place) = (tokens.startIndex, text.startIndex)
        var last: (token: Int, place: Int)?
        while place < text.endIndex {
            if token < tokens.endIndex, case .many = tokens[token] {
                last = (token, place)
                token += 1
            } else if token < tokens.endIndex, tokens[token].admits(text[place]) {
                token += 1
                place += 1
            } else if let tried = last {
                last = (tried.token, tried.place + 1)
                (token, place) = (tried.token + 1, tried.place + 1)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { if case .many = $0 { true } else { false } }
    }

    /// `nil` for an invalid pattern.
    private static func tokens(of pattern: Substring) -> [Token]? {
        var tokens: [Token] = []
        var rest = pattern.unicodeScalars
        while let scalar = rest.popFirst() {
            switch scalar {
            case "*": tokens.append(.many)
            case "?": tokens.append(.any)
            case "\\":
                guard let next = rest.popFirst() else { return nil }
                tokens.append(.one(next))
            case "[":
                guard let set = set(&rest) else { return nil }
                tokens.append(set)
            default: tokens.append(.one(scalar))
            }
        }
        return tokens
    }

    /// Reads a set after its opening bracket.
    private static func set(_ rest: inout Substring.UnicodeScalarView) -> Token? {
        let isNegated = rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while rest.first != "]" || ranges.isEmpty {
            guard let low = member(&rest) else { return nil }
            var high = low
            if rest.first == "-" {
                rest.removeFirst()
                guard let end = member(&rest), end >= low else { return nil }
                high = end
            }
            ranges.append(low...high)
        }
        rest.removeFirst()
        return .set(ranges, isNegated: isNegated)
    }

    private static func member(_ rest: inout Substring.UnicodeScalarView) -> Unicode.Scalar? {
        guard let scalar = rest.popFirst(), scalar != "-", scalar != "]" else { return nil }
        return scalar == "\\" ? rest.popFirst() : scalar
    }
}
