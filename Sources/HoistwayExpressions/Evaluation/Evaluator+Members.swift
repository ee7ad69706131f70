extension Evaluator {
    // MARK: Chains

    /// The value of a chain; nil where a `?.` in it found nil.
    mutating func evaluateChain(_ inner: NodeID) throws(ExpressionError) -> Value {
        let outer = isChainBroken
        isChainBroken = false
        defer { isChainBroken = outer }
        return try evaluate(inner)
    }

    /// `??` uses a chain's value unchanged, even an empty Go slice.
    mutating func evaluateOperandOfCoalesce(_ id: NodeID) throws(ExpressionError) -> Value {
        guard case .chain(let inner) = tree[id] else { return try evaluate(id) }
        try context.budget.step()
        return try evaluateChain(inner)
    }

    mutating func fetch(_ member: Node.Member) throws(ExpressionError) -> Value {
        let base = try evaluate(member.base)
        if isChainBroken { return .null }
        if member.isOptional, base.isNull {
            isChainBroken = true
            return Value(.null, marks: base.marks?.secretsOnly)
        }
        let property = try evaluatePart(member.property)
        return try fetch(property, of: base)
    }

    /// Evaluates a part that is not a link of the chain: a `?.` that finds nil in it does not end the chain outside.
    private mutating func evaluatePart(_ id: NodeID) throws(ExpressionError) -> Value {
        let value = try evaluate(id)
        isChainBroken = false
        return value
    }

    func fetch(_ property: Value, of base: Value) throws(ExpressionError) -> Value {
        let marks = property.marks?.secretsOnly
        if let name = property.text, let method = MethodTable.method(name.string, of: base) {
            return method.marked(base.marks)
        }
        switch base.content {
        case .array, .bytes, .string:
            guard let index = property.truncated else {
                throw ExpressionError(.evaluation, "\(base.kindName) has no field \(shown(property))")
            }
            guard let element = base.element(at: index) else {
                throw ExpressionError(
                    .evaluation,
                    "there is no element \(index) in \(base.listElements?.count ?? base.text?.bytes.count ?? 0)"
                )
            }
            // Elements of lists have their own marks; letters of a text have those of the text.
            return element.marked(base.depth > 0 ? marks : Marks.union(marks, base.marks))
        case .map(let map):
            return (map.entries[try map.key(for: property)] ?? map.absent).markedThroughout(marks)
        case .object(let object):
            if let name = property.text, let value = object[name.string] { return value.marked(marks) }
            throw ExpressionError(.evaluation, "\(base.kindName) has no field \(shown(property))")
        case .null:
            throw ExpressionError(
                .evaluation,
                "nil has no field \(shown(property))",
                hint: "write `?.` instead of `.` where the value may be missing"
            )
        default:
            throw ExpressionError(.evaluation, "\(base.kindName) has no field \(shown(property))")
        }
    }

    private func shown(_ property: Value) -> String {
        if property.isSecret { return "***" }
        guard let text = property.text else { return "by \(property.kindName)" }
        return "`\(text.string.prefix(100))`"
    }

    mutating func slice(_ baseID: NodeID, _ from: NodeID?, _ to: NodeID?) throws(ExpressionError) -> Value {
        let base = try evaluate(baseID)
        if isChainBroken { return .null }
        let count: Int
        switch base.content {
        case .array(let array): count = array.elements.count
        case .bytes(let bytes): count = bytes.count
        case .string(let text): count = text.bytes.count
        default: throw ExpressionError(.evaluation, "only strings and lists can be cut, not \(base.kindName)")
        }
        var end = count
        if let to { end = try bound(to) }
        var start = 0
        if let from { start = try bound(from) }
        if start < 0 { start = max(0, count &+ start) }
        if end < 0 { end = max(0, count &+ end) }
        end = min(end, count)
        start = min(start, end)
        switch base.content {
        case .array(let array):
            let elements = Array(array.elements[start..<end])
            try context.budget.step(elements.count)
            let kind = array.kind == .pair ? ArrayValue.Kind.any : array.kind
            return Value(
                .array(ArrayValue(elements, kind: kind, isNil: array.isNil)),
                marks: elements.jointMarks
            )
        case .bytes(let bytes): return Value(.bytes(Array(bytes[start..<end])), marks: base.marks)
        case .string(let text):
            try context.budget.make(bytes: end - start)
            return Value(.string(ByteText(text.bytes[start..<end])), marks: base.marks)
        default: return .null
        }
    }

    private mutating func bound(_ id: NodeID) throws(ExpressionError) -> Int {
        let value = try evaluatePart(id)
        guard let number = value.truncated else {
            throw ExpressionError(.evaluation, "a bound is an int, not \(value.kindName)")
        }
        return number
    }

    // MARK: Calls

    mutating func call(_ callee: NodeID, _ argumentIDs: [NodeID]) throws(ExpressionError) -> Value {
        var arguments: [Value] = []
        for id in argumentIDs { arguments.append(try evaluatePart(id)) }
        if case .name(let name) = tree[callee], let function = scope.functions[name] {
            return try guarded(name, arguments) { () throws(ExpressionError) in try function(arguments) }
        }
        let value = try evaluate(callee)
        if isChainBroken { return .null }
        guard case .function(let function) = value.content else {
            if case .name(let name) = tree[callee] {
                throw ExpressionError(.evaluation, "there is no function `\(name)`")
            }
            throw ExpressionError(.evaluation, "\(value.kindName) cannot be called")
        }
        let result = try guarded(function.name, arguments) { () throws(ExpressionError) in try function.call(arguments)
        }
        return result.markedThroughout(value.marks)
    }

    /// Limits the result of a function, and hides values from its error where an argument is secret.
    mutating func guarded(
        _ name: String,
        _ arguments: [Value],
        _ call: () throws(ExpressionError) -> Value
    ) throws(ExpressionError) -> Value {
        do throws(ExpressionError) {
            let result = try call()
            if let text = result.text { try context.budget.make(bytes: text.bytes.count) }
            return try bounded(result).markedThroughout(arguments.jointMarks)
        } catch {
            throw arguments.contains(where: \.isSecret) ? Self.withoutValues(error, name) : error
        }
    }

    static func withoutValues(_ error: ExpressionError, _ name: String) -> ExpressionError {
        error.kind == .limit ? error : ExpressionError(error.kind, "`\(name)` failed on a value made from a secret")
    }
}
