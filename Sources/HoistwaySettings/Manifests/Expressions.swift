import HoistwayEdits
import HoistwayExpressions
import HoistwayModel

/// Values of manifests whose texts may hold expressions.
enum Expressions {
    /// Whether a text holds the opening of an expression, in either of its spellings.
    static func isTemplate(_ text: String) -> Bool { text.opensExpression }

    /// The value of a node, unchanged; a value that was reported becomes a template, whose value is not known.
    static func literal(_ node: YamlNode) -> ConfigValue {
        value(of: node) { .string($1) }
    }

    /// The value of a node.
    ///
    /// - Parameter template: gives the replacement of a text that holds an expression.
    static func value(of node: YamlNode, template: (YamlNode, String) -> ConfigValue) -> ConfigValue {
        switch node.content {
        case .list(let items): return .list(items.map { value(of: $0, template: template) })
        case .map(let entries):
            var map: [String: ConfigValue] = [:]
            for entry in entries { map[entry.key] = value(of: entry.value, template: template) }
            return .map(map)
        case .scalar(let scalar):
            guard !scalar.hasReportedProblem else { return unknown }
            switch scalar.value {
            case .null: return .null
            case .bool(let flag): return .bool(flag)
            case .number(let number): return .number(number)
            case .text(let text): return isTemplate(text) ? template(node, text) : .string(text)
            }
        }
    }

    /// A value that is not known.
    static let unknown = ConfigValue.string("${{ }}")

    /// A text as a literal of the expression language, whatever characters it has.
    static func quoted(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }
}

extension ProblemList {
    /// Reports an expression, at its own line and column.
    func tell(_ error: ExpressionError, in node: YamlNode, severity: Problem.Severity = .error) {
        let byte = error.offset + (error.range?.lowerBound ?? 0)
        let (place, isExact) = node.place(ofByte: byte)
        var shown = error
        // The place already shows it.
        if isExact { shown.range = nil }
        add(severity, place, shown.message, hint: error.hint)
    }
}

extension ProblemList {
    /// Reports an expression that is the whole value, at its own line and column where the file has it unchanged.
    func tell(_ error: ExpressionError, of node: YamlNode, severity: Problem.Severity) {
        var shown = error
        var place = node.place
        if let scalar = node.scalar, let body = scalar.body, scalar.text == error.expression {
            place.line = body.line + error.line - 1
            place.column = body.column + error.column - 1
            shown.range = nil
        }
        add(severity, place, shown.message, hint: error.hint)
    }
}

extension YamlNode {
    /// The place of a byte of a template in the file: of the byte itself, or at least of its expression.
    func place(ofByte byte: Int) -> (place: SourcePlace, isExact: Bool) {
        guard let scalar, let found = TemplateScanner.expression(holding: byte, in: scalar.text),
            scalar.openings.indices.contains(found.index)
        else { return (place, false) }
        let opening = scalar.openings[found.index]
        let column = opening.column + (opening.isVerbatim ? found.characters : 0)
        return (
            SourcePlace(file: place.file, line: opening.line, column: column, path: place.path), opening.isVerbatim
        )
    }
}

/// Finds the expressions of a template as the language does: the first closing mark ends an expression.
private enum TemplateScanner {
    /// - Returns: the expression that holds the byte, or the one before it, and the number of characters from the
    ///   expression's opening to the byte.
    static func expression(holding byte: Int, in text: String) -> (index: Int, characters: Int)? {
        let bytes = Array(text.utf8)
        var index = -1
        var start = 0
        var closing: UInt8?
        var place = 0
        while place < bytes.count, place <= byte {
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            if let mark = closing {
                if bytes[place] == mark, next == UInt8(ascii: "}") {
                    closing = nil
                    place += 1
                }
            } else if bytes[place] == UInt8(ascii: "$"), next == UInt8(ascii: "{"), place + 2 < bytes.count,
                "{%".utf8.contains(bytes[place + 2])
            {
                index += 1
                start = place
                closing = bytes[place + 2] == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "%")
                place += 2
            }
            place += 1
        }
        guard index >= 0 else { return nil }
        let before = bytes[start..<max(start, min(byte, bytes.count))]
        return (index, String(decoding: before, as: UTF8.self).unicodeScalars.count)
    }
}
