/// One token of an expression.
struct Token: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case identifier, number, text, bytes, operation, bracket, end
    }

    var kind: Kind
    /// The text of names, numbers, operators and brackets; the unescaped content of strings and bytes.
    var value: ByteText
    /// In bytes of the expression.
    var range: Range<Int>

    func isOperation(_ symbol: ByteText) -> Bool { kind == .operation && value == symbol }

    func isBracket(_ symbol: ByteText) -> Bool { kind == .bracket && value == symbol }

    /// The token in error messages.
    var shown: String {
        switch kind {
        case .end: "the end of the expression"
        case .text: "the string \"\(value)\""
        case .bytes: "a bytes literal"
        case .identifier, .number, .operation, .bracket: "`\(value)`"
        }
    }
}
