extension Parser {
    mutating func parseSecondary() throws(ExpressionError) -> NodeID {
        let token = current
        switch token.kind {
        case .identifier:
            advance()
            switch token.value {
            case "true": return try add(.bool(true), at: token.range)
            case "false": return try add(.bool(false), at: token.range)
            case "nil": return try add(.null, at: token.range)
            default: break
            }
            let node =
                current.isBracket("(")
                ? try parseCall(token, [], hidesBuiltin: true)
                : try add(.name(token.value.string), at: token.range)
            return try parsePostfix(node)
        case .number:
            advance()
            return try add(number(token), at: token.range)  // ⚠ nothing may follow a number: `1.x` is no member
        case .text:
            advance()
            return try parsePostfix(try add(.text(token.value), at: token.range))
        case .bytes:
            advance()
            return try parsePostfix(try add(.bytes(token.value.bytes), at: token.range))
        case .bracket where token.value == "[": return try parsePostfix(try parseArray())
        case .bracket where token.value == "{": return try parsePostfix(try parseMap())
        default: throw unexpected()
        }
    }

    private func number(_ token: Token) throws(ExpressionError) -> Node {
        let text = token.value.string.replacing("_", with: "").lowercased()
        for (prefix, radix) in [("0x", 16), ("0b", 2), ("0o", 8)] where text.hasPrefix(prefix) {
            if radix != 16, text.contains(".") || text.contains("e") { break }
            guard let value = Int(text.dropFirst(2), radix: radix) else {
                throw error("invalid integer literal", at: token.range)
            }
            return .integer(value)
        }
        if text.contains(".") || text.contains("e") {
            guard let value = GoFloat.parse(ByteText(text)), value.isFinite else {
                throw error("invalid float literal", at: token.range)
            }
            return .float(value)
        }
        guard let value = Int(text) else { throw error("invalid integer literal", at: token.range) }
        return .integer(value)
    }

    private mutating func parseArray() throws(ExpressionError) -> NodeID {
        let start = current.range
        advance()
        var items: [NodeID] = []
        while !current.isBracket("]") {
            if !items.isEmpty {
                try expectOperation(",")
                if current.isBracket("]") { break }
            }
            items.append(try parseExpression())
        }
        try expectBracket("]")
        return try add(.array(items), at: start)
    }

    private mutating func parseMap() throws(ExpressionError) -> NodeID {
        let start = current.range
        advance()
        var entries: [Node.MapEntry] = []
        while !current.isBracket("}") {
            if !entries.isEmpty {
                try expectOperation(",")
                if current.isBracket("}") { break }
            }
            let key = try parseKey()
            try expectOperation(":")
            let value = try parseExpression()
            entries.append(Node.MapEntry(key: key, value: value))
        }
        try expectBracket("}")
        return try add(.map(entries), at: start)
    }

    private mutating func parseKey() throws(ExpressionError) -> NodeID {
        switch current.kind {
        case .number, .text, .identifier:
            defer { advance() }
            return try add(.text(current.value), at: current.range)
        case .bracket where current.value == "(": return try parseExpression()
        default:
            throw error(
                "a map's key is a name, a string, a number, or an expression in parentheses, not \(current.shown)",
                at: current.range
            )
        }
    }
}
