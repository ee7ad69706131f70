/// A text with expressions between `${{` and `}}`, or between `${%` and `%}`.
///
/// The first closing mark ends an expression, whatever is before it: an expression with `}}` in it needs the second
/// form.
package struct Template: Sendable {
    enum Part: Sendable {
        case literal(ByteText)
        case expression(Expression)
    }

    package let source: String
    let parts: [Part]

    /// Whether the text has expressions; a text without any is a plain string, even if it looks like a number.
    package static func hasExpressions(_ text: String) -> Bool {
        openers.contains { ByteText(text).contains($0.open) }
    }

    private static let openers: [(open: ByteText, close: ByteText)] = [("${{", "}}"), ("${%", "%}")]

    /// - Parameter functions: the host's functions, besides those of the language and of templates.
    package init(
        _ source: String,
        functions: [String: Signature] = [:],
        patternProblem: @escaping @Sendable (String) -> String? = { _ in nil }
    ) throws(ExpressionError) {
        let all = functions.merging(TemplateFunctions.signatures) { _, own in own }
        var parts: [Part] = []
        let text = ByteText(source)
        var place = 0
        while let found = Self.nextOpener(in: text, from: place) {
            parts.append(.literal(ByteText(text.bytes[place..<found.start])))
            let start = found.start + 3
            guard let end = text.firstIndex(of: found.close, from: start) else {
                throw ExpressionError(
                    .syntax,
                    "the expression has no `\(found.close)` at its end",
                    in: source,
                    at: found.start..<start
                )
            }
            place = end + 2
            if start == end { break }  // ⚠ an empty expression ends the search: the rest stays as it is
            // Without the spaces around it, so that columns match the expression in error messages.
            let body = text.bytes[start..<end].drop(while: Self.isSpace)
            let width = (body.lastIndex { !Self.isSpace($0) } ?? body.startIndex - 1) + 1 - body.startIndex
            let expression = String(decoding: body.prefix(width), as: UTF8.self)
            do throws(ExpressionError) {
                parts.append(.expression(try Expression(expression, functions: all, patternProblem: patternProblem)))
            } catch {
                throw error.moved(by: body.startIndex, expression)
            }
        }
        parts.append(.literal(ByteText(text.bytes[place...])))
        self.source = source
        self.parts = parts
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private static func nextOpener(in text: ByteText, from place: Int) -> (start: Int, close: ByteText)? {
        openers.compactMap { opener in text.firstIndex(of: opener.open, from: place).map { ($0, opener.close) } }
            .min { $0.0 < $1.0 }
    }

    package var expressions: [Expression] {
        parts.compactMap { part in
            guard case .expression(let expression) = part else { return nil }
            return expression
        }
    }

    /// Each expression with the place of its first byte in the text.
    package var located: [(expression: Expression, offset: Int)] {
        let text = ByteText(source)
        var place = 0
        return expressions.map { expression in
            let found = text.firstIndex(of: ByteText(expression.source), from: place) ?? place
            place = found + expression.source.utf8.count
            return (expression, found)
        }
    }

    /// The value of the text: a string, unless the whole text has the form of another value.
    ///
    /// Kargo turns any text into a number, a bool or nil. Here a text with a part from an artifact stays a string: a
    /// tag `1.10` is not a number.
    package func evaluate(in scope: Scope) throws(ExpressionError) -> Value {
        var left = TextAllowance(bytes: scope.limits.bytes)
        return try evaluate(in: scope, &left)
    }

    /// - Parameter left: the most bytes that this and other templates may still make together.
    func evaluate(in scope: Scope, _ left: inout TextAllowance) throws(ExpressionError) -> Value {
        guard Self.hasExpressions(source) else { return .string(source) }
        var scope = scope
        scope.functions.merge(TemplateFunctions.functions) { _, own in own }
        var text: [UInt8] = []
        var marks: Marks?
        var isFromArtifact = false
        var place = 0
        for part in parts {
            switch part {
            case .literal(let literal): text += literal.bytes
            case .expression(let expression):
                let value: Value
                do throws(ExpressionError) {
                    value = try expression.evaluate(in: scope)
                    text += try Self.text(of: value).bytes
                } catch {
                    let found = ByteText(source).firstIndex(of: ByteText(expression.source), from: place) ?? 0
                    throw error.in(expression.source).moved(by: found, expression.source)
                }
                place += expression.source.utf8.count
                marks = Marks.union(marks, value.marks)
                if value.text != nil, !(value.marks?.artifacts.isEmpty ?? true) { isFromArtifact = true }
            }
            guard text.count <= left.bytes else {
                throw ExpressionError(.limit, "the text becomes too long", in: source)
            }
        }
        left.bytes -= text.count
        return Coercion.value(of: ByteText(text), isFromArtifact: isFromArtifact).markedThroughout(marks)
    }

    /// Strings unchanged, all other values as JSON.
    private static func text(of value: Value) throws(ExpressionError) -> ByteText {
        if let text = value.text { return text }
        return try JSONWriter.text(value)
    }
}

/// The most text that all templates of one configuration may make, so that many of them cannot fill the memory.
struct TextAllowance {
    /// Much more than the limit for a step's configuration and outputs.
    static let configuration = TextAllowance(bytes: 16 << 20)

    var bytes: Int
}

extension ExpressionError {
    fileprivate func moved(by offset: Int, _ expression: String) -> ExpressionError {
        var copy = self
        if copy.expression.isEmpty { copy.expression = expression }
        copy.offset = offset
        return copy
    }
}
