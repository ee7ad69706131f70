/// Evaluates one expression once.
///
/// Each value carries its sources: see `Marks`.
struct Evaluator {
    let tree: SyntaxTree
    let natures: [Nature]
    let scope: Scope
    var context: BuiltinContext
    var variables: [(name: String, value: Value)] = []
    var loops: [Loop] = []
    /// Whether a `?.` found nil: then the chain around it ends.
    var isChainBroken = false

    /// One run of a predicate over a list.
    struct Loop {
        let elements: [Value]
        var index = 0
        var accumulator = Value.null
        /// The secrets on which its predicate depended.
        var secrets: Marks?
        /// A map can be counted, but its entries cannot be read as elements.
        var isMap = false

        func element() throws(ExpressionError) -> Value {
            guard !isMap, elements.indices.contains(index) else {
                throw ExpressionError(
                    .evaluation,
                    isMap ? "a map has no elements to look at" : "there is no element \(index)",
                    hint: isMap ? "write `keys(…)`, `values(…)` or `toPairs(…)`" : nil
                )
            }
            return elements[index]
        }
    }

    init(_ tree: SyntaxTree, _ natures: [Nature], in scope: Scope) {
        self.tree = tree
        self.natures = natures
        self.scope = scope
        context = BuiltinContext(budget: Budget(scope.limits), now: scope.now, location: scope.location)
    }

    mutating func evaluate(_ id: NodeID) throws(ExpressionError) -> Value {
        do throws(ExpressionError) {
            try context.budget.step()
            return try value(of: id)
        } catch {
            throw error.range == nil ? error.at(tree.range(of: id)) : error
        }
    }

    private mutating func value(of id: NodeID) throws(ExpressionError) -> Value {
        switch tree[id] {
        case .null: return .null
        case .name(let name): return try value(ofName: name)
        case .integer(let number): return .int(number)
        case .float(let number): return .double(number)
        case .bool(let flag): return .bool(flag)
        case .text(let text): return .text(text)
        case .bytes(let bytes): return Value(.bytes(bytes))
        case .constant(let value): return value
        case .unary(let operation, let operand): return try apply(operation, to: operand)
        case .binary(let operation, let left, let right): return try apply(operation, left, right)
        case .lookup(let needle, let literals): return try lookUp(needle, in: literals)
        case .chain(let inner):
            let value = try evaluateChain(inner)
            return value.isNull ? Value(.null, marks: value.marks) : value
        case .member(let member): return try fetch(member)
        case .slice(let base, let from, let to): return try slice(base, from, to)
        case .call(let callee, let arguments): return try call(callee, arguments)
        case .builtin(let builtin): return try call(builtin)
        case .predicate(let body): return try evaluate(body)
        case .pointer(let name): return try pointer(name)
        case .variable(let name, let value, let body):
            variables.append((name, try evaluate(value)))
            defer { variables.removeLast() }
            return try evaluate(body)
        case .sequence(let parts):
            var last = Value.null
            for part in parts { last = try evaluate(part) }
            return last
        case .conditional(let condition, let yes, let no):
            let decision = try evaluate(condition)
            let result = try evaluate(try isTrue(decision) ? yes : no)
            return result.markedThroughout(decision.marks?.secretsOnly)
        case .array(let items): return try list(items)
        case .map(let entries): return try map(entries)
        }
    }

    private func value(ofName name: String) throws(ExpressionError) -> Value {
        if let variable = variables.last(where: { $0.name == name }) { return variable.value }
        if let environment = scope.environment {
            return name == "$env" ? environment : try fetch(.string(name), of: environment)
        }
        if name == "$env" { return .map(scope.variables) }
        return scope.variables[name] ?? .null
    }

    private func pointer(_ name: String) throws(ExpressionError) -> Value {
        guard let loop = loops.last else { throw ExpressionError(.evaluation, "`#` stands only inside a predicate") }
        switch name {
        case "index": return .int(loop.index)
        case "acc": return loop.accumulator
        default:
            return try loop.element()
        }
    }

    func isTrue(_ value: Value) throws(ExpressionError) -> Bool {
        guard let flag = value.boolean else {
            throw ExpressionError(
                .evaluation,
                "a condition is true or false, and this is \(value.kindName)",
                hint: value.isNull ? "compare it: `… == true`, or give a default: `… ?? false`" : nil
            )
        }
        return flag
    }

    // MARK: Lists and maps

    private mutating func list(_ items: [NodeID]) throws(ExpressionError) -> Value {
        var values: [Value] = []
        values.reserveCapacity(items.count)
        for item in items { values.append(try evaluate(item)) }
        return try made(values)
    }

    private mutating func map(_ entries: [Node.MapEntry]) throws(ExpressionError) -> Value {
        var values: [MapKey: Value] = [:]
        var marks: Marks?
        for entry in entries {
            let key = try evaluate(entry.key)
            guard let text = key.text else {
                throw ExpressionError(.evaluation, "a key of a map is a string, not \(key.kindName)")
                    .at(tree.range(of: entry.key))
            }
            let value = try evaluate(entry.value)
            values[.text(text)] = value
            marks = Marks.union(Marks.union(marks, key.marks), value.marks)
        }
        try context.budget.make(elements: entries.count)
        return try bounded(Value(.map(MapValue(entries: values)), marks: marks))
    }

    /// A new list with the marks of its elements.
    mutating func made(_ elements: [Value]) throws(ExpressionError) -> Value {
        try context.budget.make(elements: elements.count)
        return try bounded(Value(.array(ArrayValue(elements)), marks: elements.jointMarks))
    }

    func bounded(_ value: Value) throws(ExpressionError) -> Value {
        guard value.depth <= Value.maxDepth else {
            throw ExpressionError(.limit, "the value is nested deeper than \(Value.maxDepth) levels")
        }
        return value
    }
}

extension Marks {
    /// For a value that depends on this one, but does not contain it.
    var secretsOnly: Marks? { secrets.isEmpty ? nil : Marks(secrets: secrets) }
}

extension ExpressionError {
    func at(_ range: Range<Int>) -> ExpressionError {
        var copy = self
        copy.range = range
        return copy
    }

    package func `in`(_ source: String) -> ExpressionError {
        var copy = self
        copy.expression = source
        return copy
    }
}
