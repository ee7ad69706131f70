extension Parser {
    mutating func parsePostfix(_ first: NodeID) throws(ExpressionError) -> NodeID {
        var node = first
        while true {
            if current.isOperation(".") || current.isOperation("?.") {
                let isOptional = current.isOperation("?.")
                advance()
                if isOptional, current.isBracket("[") {
                    node = try parseIndex(node, isOptional: true)
                } else {
                    node = try parseMember(node, isOptional: isOptional)
                }
            } else if current.isBracket("[") {
                node = try parseIndex(node, isOptional: false)
            } else {
                return node
            }
        }
    }

    private mutating func parseMember(_ base: NodeID, isOptional: Bool) throws(ExpressionError) -> NodeID {
        let name = current
        guard name.kind == .identifier || name.kind == .operation && Self.isName(name.value) else {
            throw error("a name is expected, not \(name.shown)", at: name.range)
        }
        advance()
        let property = try add(.text(name.value), at: name.range)
        var base = base
        var isChain = isOptional
        if case .chain(let inner) = tree[base] {
            base = inner
            isChain = true
        }
        var member = Node.Member(base: base, property: property, isOptional: isOptional)
        member.isMethod = current.isBracket("(")
        var node = try add(.member(member), at: name.range)
        if member.isMethod { node = try add(.call(node, parseArguments([])), at: name.range) }
        return isChain ? try add(.chain(node), at: name.range) : node
    }

    private static func isName(_ text: ByteText) -> Bool {
        let runes = RuneReader.runes(of: text.bytes)
        guard let first = runes.first, !RuneReader.isDigit(first.scalar) else { return false }
        return runes.allSatisfy { RuneReader.isAlphanumeric($0.scalar) }
    }

    private mutating func parseIndex(_ base: NodeID, isOptional: Bool) throws(ExpressionError) -> NodeID {
        let start = current.range
        advance()
        var from: NodeID?
        if !current.isOperation(":") { from = try parseExpression() }
        if current.isOperation(":") {
            advance()
            let to = current.isBracket("]") ? nil : try parseExpression()
            let node = try add(.slice(base, from: from, to: to), at: start)
            try expectBracket("]")
            return node
        }
        guard let from else { throw unexpected() }
        var node = try add(.member(Node.Member(base: base, property: from, isOptional: isOptional)), at: start)
        if isOptional { node = try add(.chain(node), at: start) }
        try expectBracket("]")
        return node
    }

    // MARK: Calls

    /// - Parameter given: the first argument, if it comes from a pipe.
    mutating func parseCall(
        _ name: Token,
        _ given: [NodeID],
        hidesBuiltin: Bool
    ) throws(ExpressionError) -> NodeID {
        let word = name.value.string
        let isHidden = hidesBuiltin && hostFunctions.contains(word)
        if !isHidden, let shape = PredicateShape.all[word] {
            let arguments = try parsePredicateArguments(shape, given)
            return try add(.builtin(Node.BuiltinCall(name: word, arguments: arguments)), at: name.range)
        }
        if !isHidden, BuiltinTable.names.contains(word) {
            let arguments = try parseArguments(given)
            return try add(.builtin(Node.BuiltinCall(name: word, arguments: arguments)), at: name.range)
        }
        let callee = try add(.name(word), at: name.range)
        return try add(.call(callee, parseArguments(given)), at: name.range)
    }

    private mutating func parseArguments(_ given: [NodeID]) throws(ExpressionError) -> [NodeID] {
        var arguments = given
        try expectBracket("(")
        while !current.isBracket(")") {
            if arguments.count > given.count {
                try expectOperation(",")
                if current.isBracket(")") { break }
            }
            arguments.append(try parseExpression())
        }
        try expectBracket(")")
        return arguments
    }

    private mutating func parsePredicateArguments(
        _ shape: PredicateShape,
        _ given: [NodeID]
    ) throws(ExpressionError) -> [NodeID] {
        var arguments = given
        try expectBracket("(")
        for (index, kind) in shape.arguments.dropFirst(given.count).enumerated() {
            if current.isBracket(")") {
                if kind.isOptional { break }
                throw error("at least \(shape.required) arguments are expected", at: current.range)
            }
            if index > 0 { try expectOperation(",") }
            arguments.append(kind.isPredicate ? try parsePredicate() : try parseExpression())
        }
        if current.isOperation(",") { advance() }
        try expectBracket(")")
        return arguments
    }

    private mutating func parsePredicate() throws(ExpressionError) -> NodeID {
        let start = current.range
        let isBraced = current.isBracket("{")
        if isBraced { advance() }
        predicates += 1
        defer { predicates -= 1 }
        let body = isBraced ? try parseSequence() : try parseExpression()
        if isBraced {
            try expectBracket("}")
        } else if current.isOperation(";") {
            throw error("a predicate of several expressions stands in { and }", at: current.range)
        }
        return try add(.predicate(body), at: start)
    }
}

/// Which arguments of a builtin are predicates.
struct PredicateShape: Sendable {
    struct Argument: Sendable {
        var isPredicate: Bool
        var isOptional = false
    }

    let arguments: [Argument]

    var required: Int { arguments.count { !$0.isOptional } }

    private static let plain = PredicateShape(arguments: [Argument(isPredicate: false), Argument(isPredicate: true)])
    private static let loose = PredicateShape(
        arguments: [Argument(isPredicate: false), Argument(isPredicate: true, isOptional: true)]
    )
    private static let three = PredicateShape(
        arguments: plain.arguments + [Argument(isPredicate: false, isOptional: true)]
    )

    static let all: [String: PredicateShape] = [
        "all": plain, "none": plain, "any": plain, "one": plain, "filter": plain, "map": plain, "find": plain,
        "findIndex": plain, "findLast": plain, "findLastIndex": plain, "groupBy": plain,
        "count": loose, "sum": loose, "sortBy": three, "reduce": three,
    ]
}
