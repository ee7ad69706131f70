import HoistwayModel

/// Why an expression cannot be parsed, compiled or evaluated.
package struct ExpressionError: Diagnosable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The text is not an expression.
        case syntax
        /// No values could make it valid: wrong types, numbers of arguments, field names.
        case compile
        /// It failed with the given values.
        case evaluation
        /// It is too large or too deep, or takes too much work.
        case limit
        /// A function of the host failed.
        case host
    }

    package var kind: Kind
    /// The problem, without its place.
    package var problem: String
    package var expression: String
    /// In bytes of `expression`; `nil`: the whole expression.
    package var range: Range<Int>?
    package var hint: String?
    /// The expression's start in its template, in bytes; 0 for an expression without a template.
    package var offset = 0
    /// The value of the manifest that contains it, such as `config.images[0].tag`; `nil`: not known.
    package var path: String?

    package init(
        _ kind: Kind,
        _ problem: String,
        in expression: String = "",
        at range: Range<Int>? = nil,
        hint: String? = nil
    ) {
        self.kind = kind
        self.problem = problem
        self.expression = expression
        self.range = range
        self.hint = hint
    }

    package var message: String {
        let start = path.map { "\($0): " } ?? ""
        guard !expression.isEmpty else { return start + problem }
        let place = range == nil ? "" : " at line \(line), column \(column)"
        return "\(start)expression `\(Self.shortened(expression))`: \(problem)\(place)"
    }

    /// The same error for the value at that path.
    package func within(_ path: String) -> ExpressionError {
        var copy = self
        copy.path = copy.path ?? path
        return copy
    }

    /// Counted from 1, within the expression.
    package var line: Int {
        prefix.count { $0 == UInt8(ascii: "\n") } + 1
    }

    /// Counted from 1, in characters within the line.
    package var column: Int {
        String(decoding: currentLinePrefix, as: UTF8.self).unicodeScalars.count + 1
    }

    /// The line of the expression with a caret below it: two lines without indentation, or `nil` without a place.
    package var caret: String? {
        guard let range, !expression.isEmpty else { return nil }
        let start = prefix.count - currentLinePrefix.count
        let text = Array(expression.utf8)[start...].prefix { $0 != UInt8(ascii: "\n") }
        let shown = String(decoding: text, as: UTF8.self).replacing("\t", with: " ")
        let width = max(1, min(range.upperBound, start + text.count) - range.lowerBound)
        return shown + "\n" + String(repeating: " ", count: column - 1)
            + String(repeating: "^", count: min(width, 40))
    }

    private var prefix: ArraySlice<UInt8> {
        Array(expression.utf8)[...].prefix(range?.lowerBound ?? 0)
    }

    private var currentLinePrefix: ArraySlice<UInt8> {
        guard let newline = prefix.lastIndex(of: UInt8(ascii: "\n")) else { return prefix }
        return prefix[(newline + 1)...]
    }

    private static func shortened(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= 120 ? line : line.prefix(117) + "..."
    }
}
