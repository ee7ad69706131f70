/// Parses an expression like expr-lang's parser, with its quirks.
///
/// Nesting is limited, so that a malicious text cannot overflow the stack.
struct Parser {
    let source: String
    /// Functions of the host hide builtins of the same name.
    let hostFunctions: Set<String>
    private let tokens: [Token]
    private var place = 0
    private var nesting = 0
    /// How many predicates are open.
    var predicates = 0
    var tree = SyntaxTree()

    static func tree(of source: String, hostFunctions: Set<String> = []) throws(ExpressionError) -> SyntaxTree {
        guard source.utf8.count <= maxBytes else {
            throw ExpressionError(.limit, "the expression is longer than \(maxBytes) bytes")
        }
        var parser = Parser(source, try Lexer.tokens(of: source), hostFunctions)
        let root = try parser.parseSequence()
        guard parser.current.kind == .end else { throw parser.unexpected() }
        parser.tree.root = root
        return parser.tree
    }

    /// Longest expression, in bytes.
    static let maxBytes = 1 << 20
    /// Deepest nesting of parentheses, brackets, operators and branches.
    static let maxNesting = 64

    private init(_ source: String, _ tokens: [Token], _ hostFunctions: Set<String>) {
        self.source = source
        self.tokens = tokens
        self.hostFunctions = hostFunctions
    }

    // MARK: Tokens

    var current: Token { tokens[place] }

    private var following: Token { tokens[min(place + 1, tokens.count - 1)] }

    mutating func advance() {
        if place < tokens.count - 1 { place += 1 }
    }

    func unexpected(_ token: Token? = nil) -> ExpressionError {
        let token = token ?? current
        let isEnd = token.kind == .end
        return error(isEnd ? "the expression ends too early" : "unexpected \(token.shown)", at: token.range)
    }

    func error(_ problem: String, at range: Range<Int>, _ kind: ExpressionError.Kind = .syntax) -> ExpressionError {
        ExpressionError(kind, problem, in: source, at: range)
    }

    mutating func expectBracket(_ symbol: ByteText) throws(ExpressionError) {
        guard current.isBracket(symbol) else { throw unexpected() }
        advance()
    }

    mutating func expectOperation(_ symbol: ByteText) throws(ExpressionError) {
        guard current.isOperation(symbol) else { throw unexpected() }
        advance()
    }

    mutating func expectName() throws(ExpressionError) -> Token {
        guard current.kind == .identifier else { throw unexpected() }
        defer { advance() }
        return current
    }

    // MARK: Nodes

    mutating func add(_ node: Node, at range: Range<Int>) throws(ExpressionError) -> NodeID {
        guard tree.count < SyntaxTree.maxNodes else {
            throw error("the expression has more than \(SyntaxTree.maxNodes) nodes", at: range, .limit)
        }
        let depth = (node.parts.map(tree.depth).max() ?? 0) + 1
        guard depth <= SyntaxTree.maxDepth else {
            throw error("the expression is nested deeper than \(SyntaxTree.maxDepth) levels", at: range, .limit)
        }
        return tree.add(node, at: range, depth: depth)
    }

    private mutating func nested(
        _ parse: (inout Parser) throws(ExpressionError) -> NodeID
    ) throws(ExpressionError) -> NodeID {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maxNesting else {
            throw error("the expression is nested deeper than \(Self.maxNesting) levels", at: current.range, .limit)
        }
        return try parse(&self)
    }

    // MARK: Sequences and branches

    mutating func parseSequence() throws(ExpressionError) -> NodeID {
        let start = current.range
        var parts = [try parseExpression()]
        while current.isOperation(";") {
            advance()
            if current.kind == .end { break }
            parts.append(try parseExpression())
        }
        return parts.count == 1 ? parts[0] : try add(.sequence(parts), at: start)
    }

    mutating func parseExpression(_ precedence: Int = 0) throws(ExpressionError) -> NodeID {
        try nested { parser throws(ExpressionError) in
            if precedence == 0 {
                if parser.current.isOperation("let") { return try parser.parseVariable() }
                if parser.current.isOperation("if") { return try parser.parseIf() }
            }
            let left = try parser.parseBinary(precedence)
            return precedence == 0 ? try parser.parseConditional(left) : left
        }
    }

    private mutating func parseVariable() throws(ExpressionError) -> NodeID {
        advance()
        let name = try expectName()
        try expectOperation("=")
        let value = try parseExpression()
        try expectOperation(";")
        let body = try parseSequence()
        return try add(.variable(name.value.string, value: value, body: body), at: name.range)
    }

    private mutating func parseIf() throws(ExpressionError) -> NodeID {
        try nested { parser throws(ExpressionError) in
            let start = parser.current.range
            parser.advance()
            let condition = try parser.parseExpression()
            let yes = try parser.parseBlock()
            try parser.expectOperation("else")
            let no = parser.current.isOperation("if") ? try parser.parseIf() : try parser.parseBlock()
            return try parser.add(.conditional(condition, yes, no), at: start)
        }
    }

    private mutating func parseBlock() throws(ExpressionError) -> NodeID {
        try expectBracket("{")
        let body = try parseSequence()
        try expectBracket("}")
        return body
    }

    private mutating func parseConditional(_ condition: NodeID) throws(ExpressionError) -> NodeID {
        var node = condition
        while current.isOperation("?") {
            let start = current.range
            advance()
            if current.isOperation(":") {  // `a ?: b`
                advance()
                node = try add(.conditional(node, node, parseExpression()), at: start)
            } else {
                let yes = try parseExpression()
                try expectOperation(":")
                node = try add(.conditional(node, yes, parseExpression()), at: start)
            }
        }
        return node
    }

    // MARK: Operators

    private mutating func parseBinary(_ precedence: Int) throws(ExpressionError) -> NodeID {
        var left = try parsePrimary()
        var previous: BinaryOperator?
        while current.kind == .operation {
            var token = current
            let isNegated = token.isOperation("not")
            if isNegated {
                token = following
                guard Self.negatable.contains(token.value) else { throw unexpected(token) }
                guard token.kind == .operation else { throw unexpected(token) }
            }
            if token.value == "|", precedence == 0 {
                advance()
                left = try parseCall(try expectName(), [left], hidesBuiltin: true)
                previous = nil
                continue
            }
            guard let operation = BinaryOperator(token.value), operation.precedence >= precedence else { break }
            if isNegated { advance() }
            advance()
            if previous == .coalesce, operation != .coalesce {
                throw error(
                    "`\(token.value)` and `??` cannot be mixed without parentheses around one of them",
                    at: token.range
                )
            }
            if operation.isComparison {
                left = try parseComparison(left, operation, token)
            } else {
                let tighter = operation == .power ? operation.precedence : operation.precedence + 1
                left = try add(.binary(operation, left, parseExpression(tighter)), at: token.range)
                if isNegated { left = try add(.unary(.not, left), at: token.range) }
            }
            previous = operation
        }
        return left
    }

    private static let negatable: Set<ByteText> = ["contains", "matches", "startsWith", "endsWith", "in"]

    /// Parses a chain of comparisons: `a < b <= c` means both.
    private mutating func parseComparison(
        _ first: NodeID,
        _ operation: BinaryOperator,
        _ token: Token
    ) throws(ExpressionError) -> NodeID {
        var (left, operation, token) = (first, operation, token)
        var root: NodeID?
        while true {
            let right = try parseExpression(operation.precedence + 1)
            let comparison = try add(.binary(operation, left, right), at: token.range)
            root = if let root { try add(.binary(.and, root, comparison), at: token.range) } else { comparison }
            left = right
            guard current.kind == .operation, let next = BinaryOperator(current.value), next.isComparison else {
                return root ?? comparison
            }
            (operation, token) = (next, current)
            advance()
        }
    }

    private mutating func parsePrimary() throws(ExpressionError) -> NodeID {
        let token = current
        if token.kind == .operation, let unary = Self.unaries[token.value] {
            advance()
            let operand = try parseExpression(unary == .not ? 50 : 90)
            return try parsePostfix(try add(.unary(unary, operand), at: token.range))
        }
        if token.isBracket("(") {
            advance()
            let inner = try parseSequence()
            try expectBracket(")")
            return try parsePostfix(inner)
        }
        if predicates > 0, token.isOperation("#") || token.isOperation(".") {
            var name = ""
            if token.isOperation("#") {
                advance()
                if current.kind == .identifier {
                    name = current.value.string
                    advance()
                }
            }
            return try parsePostfix(try add(.pointer(name), at: token.range))
        }
        if token.isOperation("::") {
            advance()
            return try parsePostfix(try parseCall(try expectName(), [], hidesBuiltin: false))
        }
        return try parseSecondary()
    }

    private static let unaries: [ByteText: UnaryOperator] = ["not": .not, "!": .not, "-": .minus, "+": .plus]
}
