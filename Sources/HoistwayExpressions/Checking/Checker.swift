/// Finds errors that do not depend on values, like expr-lang's checker without an environment.
///
/// Variables are unknown, and so is everything that is read from them; only literals and their results are known.
struct Checker {
    let source: String
    let tree: SyntaxTree
    let signatures: [String: Signature]
    /// Checks a pattern as an RE2 expression: gives the problem, or `nil`.
    let patternProblem: @Sendable (String) -> String?
    /// By node; nodes that were not checked stay unknown, as in expr-lang.
    private(set) var natures: [Nature]
    private var isVisited: [Bool]
    private var variables: [(name: String, nature: Nature)] = []
    private var predicates: [Predicate] = []

    /// The present predicate.
    struct Predicate {
        var collection: Nature
        /// The natures of `#index` and `#acc`, where the builtin has them.
        var pointers: [String: Nature] = [:]
    }

    init(
        _ tree: SyntaxTree,
        source: String,
        signatures: [String: Signature],
        patternProblem: @escaping @Sendable (String) -> String?
    ) {
        self.tree = tree
        self.source = source
        self.signatures = signatures
        self.patternProblem = patternProblem
        natures = Array(repeating: .unknown, count: tree.count)
        isVisited = Array(repeating: false, count: tree.count)
    }

    func error(_ problem: String, at id: NodeID, hint: String? = nil) -> ExpressionError {
        ExpressionError(.compile, problem, in: source, at: tree.range(of: id), hint: hint)
    }

    /// Checks a node once, even if it is used twice (`a ?: b`, `a < b < c`): both uses get the same nature.
    @discardableResult
    mutating func visit(_ id: NodeID) throws(ExpressionError) -> Nature {
        let index = Int(id.index)
        if isVisited[index] { return natures[index] }
        let nature = try nature(of: id)
        natures[index] = nature
        isVisited[index] = true
        return nature
    }

    private mutating func nature(of id: NodeID) throws(ExpressionError) -> Nature {
        switch tree[id] {
        case .null: return .null
        case .name(let name): return nature(ofName: name)
        case .integer: return .int
        case .float: return .float
        case .bool: return .bool
        case .text: return .string
        case .bytes: return .bytes
        case .constant: return .array(.any)
        case .lookup: return .bool
        case .unary(let operation, let operand): return try check(operation, operand, at: id)
        case .binary(let operation, let left, let right): return try check(operation, left, right, at: id)
        case .chain(let inner): return try visit(inner)
        case .member(let member): return try check(member, at: id)
        case .slice(let base, let from, let to): return try checkSlice(base, from, to, at: id)
        case .call(let callee, let arguments): return try checkCall(callee, arguments, at: id)
        case .builtin(let call): return try check(call, at: id)
        case .predicate(let body): return try visit(body)
        case .pointer(let name): return try checkPointer(name, at: id)
        case .variable(let name, let value, let body): return try checkVariable(name, value, body, at: id)
        case .sequence(let parts):
            var last = Nature.unknown
            for part in parts { last = try visit(part) }
            return last
        case .conditional(let condition, let yes, let no): return try checkConditional(condition, yes, no)
        case .array(let items): return try checkArray(items)
        case .map(let entries):
            for entry in entries {
                try visit(entry.key)
                try visit(entry.value)
            }
            return .map
        }
    }

    private func nature(ofName name: String) -> Nature {
        if let variable = variables.last(where: { $0.name == name }) { return variable.nature }
        if let signature = signatures[name] { return .function(signature) }
        if BuiltinTable.names.contains(name) { return .function(Signature(name, [])) }
        return .unknown
    }

    // MARK: Names that the expression defines

    private mutating func checkVariable(
        _ name: String,
        _ value: NodeID,
        _ body: NodeID,
        at id: NodeID
    ) throws(ExpressionError) -> Nature {
        if signatures[name] != nil || BuiltinTable.names.contains(name) {
            throw error("`\(name)` is a function and cannot be the name of a variable", at: id)
        }
        if variables.contains(where: { $0.name == name }) {
            throw error("the variable `\(name)` is declared twice", at: id)
        }
        variables.append((name, try visit(value)))
        defer { variables.removeLast() }
        return try visit(body)
    }

    /// The nature of the predicate's result for an element.
    mutating func checkPredicate(_ id: NodeID, in predicate: Predicate) throws(ExpressionError) -> Nature {
        predicates.append(predicate)
        defer { predicates.removeLast() }
        return try visit(id)
    }

    private func checkPointer(_ name: String, at id: NodeID) throws(ExpressionError) -> Nature {
        guard let predicate = predicates.last else {
            throw error("`#` stands only inside a predicate", at: id)
        }
        if name.isEmpty { return predicate.collection.isUnknown ? .unknown : predicate.collection.element }
        guard let nature = predicate.pointers[name] else {
            throw error("there is no `#\(name)` here", at: id, hint: Self.pointerHint(name))
        }
        return nature
    }

    private static func pointerHint(_ name: String) -> String? {
        switch name {
        case "index": "only `map` and `reduce` have `#index`"
        case "acc": "only `reduce` has `#acc`"
        default: "there are `#`, `#index` (in `map` and `reduce`) and `#acc` (in `reduce`)"
        }
    }

    // MARK: Branches and lists

    private mutating func checkConditional(
        _ condition: NodeID,
        _ yes: NodeID,
        _ no: NodeID
    ) throws(ExpressionError) -> Nature {
        let nature = try visit(condition)
        guard nature == .bool || nature.isUnknown else {
            throw error("a condition is true or false, and this is \(nature.article)", at: condition)
        }
        let (one, other) = (try visit(yes), try visit(no))
        if one == .null { return other }
        if other == .null { return one }
        guard one.isAssignable(to: other) else { return .unknown }
        if one.isList, other.isList,
            !one.element.isAssignable(to: other.element) || !other.element.isAssignable(to: one.element)
        {
            return .array(.any)
        }
        return one
    }

    private mutating func checkArray(_ items: [NodeID]) throws(ExpressionError) -> Nature {
        var last = Nature.unknown
        var isUniform = true
        for (index, item) in items.enumerated() {
            let nature = try visit(item)
            if index > 0, nature.kind != last.kind { isUniform = false }
            last = nature
        }
        return .array(isUniform ? last : .any)
    }
}

extension Nature {
    /// The name with its English article.
    var article: String {
        switch self {
        case .null: "nil"
        case .unknown, .any: "unknown"
        case .int, .byte, .array, .strings: "an \(name)"
        case .bytes: "bytes"
        default: "AEIOaeio".contains(name.prefix(1)) ? "an \(name)" : "a \(name)"
        }
    }
}
