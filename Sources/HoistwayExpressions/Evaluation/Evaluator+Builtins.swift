extension Evaluator {
    mutating func call(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        if PredicateShape.all[call.name] != nil { return try run(call) }
        guard let builtin = BuiltinTable.all[call.name] else {
            throw ExpressionError(.evaluation, "there is no function `\(call.name)`")
        }
        var values: [Value] = []
        values.reserveCapacity(call.arguments.count)
        for argument in call.arguments {
            let value = try evaluate(argument)
            // Reading a text takes time, even if the builtin makes nothing from it.
            if let text = value.text, text.bytes.count > 32 { try context.budget.step(text.bytes.count / 32) }
            values.append(value)
        }
        let marks = values.jointMarks
        if case .overloads(let overloads) = builtin.rule,
            !overloads.contains(where: { $0.parameters.count == values.count })
        {
            throw Arguments(name: call.name, values: values).failure("does not take \(values.count) arguments")
        }
        do throws(ExpressionError) {
            let result = try builtin.call(Arguments(name: call.name, values: values), &context)
            if let text = result.text { try context.budget.make(bytes: text.bytes.count) }
            guard let marks else { return try bounded(result) }
            return Self.marked(try bounded(result), call.name, values, marks)
        } catch {
            throw values.contains(where: \.isSecret) ? Self.withoutValues(error, call.name) : error
        }
    }

    /// Builtins that return elements unchanged, with their own marks.
    private static let selecting: Set<String> = [
        "first", "last", "get", "take", "values", "toPairs", "fromPairs", "reverse", "uniq", "concat", "flatten",
        "sort",
    ]

    private static func marked(_ result: Value, _ name: String, _ values: [Value], _ marks: Marks) -> Value {
        guard selecting.contains(name), values[0].depth > 0 else { return result.markedThroughout(marks) }
        return result.depth > 0 ? result.marked(marks) : result.marked(values.dropFirst().jointMarks?.secretsOnly)
    }

    // MARK: Predicates

    private mutating func run(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        let collection = try evaluate(call.arguments[0])
        var loop = Loop(elements: try elements(of: collection, call.name))
        if case .map = collection.content { loop.isMap = true }
        loops.append(loop)
        defer { loops.removeLast() }
        let result = try runLoop(call)
        return result.markedThroughout(loops[loops.count - 1].secrets)
    }

    private func elements(of value: Value, _ name: String) throws(ExpressionError) -> [Value] {
        switch value.content {
        case .array(let array): return array.elements
        case .bytes(let bytes): return bytes.map { .int(Int($0)) }
        case .string(let text): return text.bytes.map { Value(.int(Int($0)), marks: value.marks) }  // ⚠ as Go does
        case .map(let map): return Array(map.entries.values)  // ⚠ Go fails only when one is looked at
        default:
            throw ExpressionError(
                .evaluation,
                "`\(name)` takes a list, not \(value.kindName)",
                hint: value.isNull ? "give a default: `\(name)(… ?? [], …)`" : nil
            )
        }
    }

    private mutating func runLoop(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        switch call.name {
        case "all", "none", "any": return try decide(call)
        case "one": return .bool(try count(call, upTo: nil) == 1)
        case "count": return .int(try count(call, upTo: call.threshold))
        case "filter": return try filter(call)
        case "map":
            var results: [Value] = []
            for _ in current.elements.indices {
                results.append(try evaluate(call.arguments[1]))
                advance()
            }
            return try made(results)
        case "find", "findIndex": return try find(call, Array(current.elements.indices))
        case "findLast", "findLastIndex": return try find(call, current.elements.indices.reversed())
        case "sum": return try sum(call)
        case "groupBy": return try group(call)
        case "sortBy": return try sort(call)
        default: return try reduce(call)
        }
    }

    private var current: Loop { loops[loops.count - 1] }

    private mutating func advance() { loops[loops.count - 1].index += 1 }

    /// Whether the predicate is true for the current element.
    private mutating func holds(_ predicate: NodeID?) throws(ExpressionError) -> Bool {
        let value = if let predicate { try evaluate(predicate) } else { try current.element() }
        if let secrets = value.marks?.secretsOnly {
            loops[loops.count - 1].secrets = Marks.union(current.secrets, secrets)
        }
        guard let flag = value.boolean else {
            throw ExpressionError(.evaluation, "a predicate gives true or false, and this gave \(value.kindName)")
        }
        return flag
    }

    private mutating func decide(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        for _ in current.elements.indices {
            let isHit = try holds(call.arguments[1])
            if isHit == (call.name != "all") { return .bool(call.name == "any") }
            advance()
        }
        return .bool(call.name != "any")
    }

    private mutating func count(_ call: Node.BuiltinCall, upTo threshold: Int?) throws(ExpressionError) -> Int {
        var count = 0
        for _ in current.elements.indices {
            if call.arguments.count == 1 { try context.budget.step() }
            if try holds(call.arguments.count > 1 ? call.arguments[1] : nil) { count += 1 }
            if let threshold, count >= threshold { break }
            advance()
        }
        return count
    }

    private mutating func filter(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        var hits: [Value] = []
        for _ in current.elements.indices {
            if try holds(call.arguments[1]) { hits.append(try hit(call)) }
            advance()
        }
        return try made(hits)
    }

    /// The result for an element that matched.
    private mutating func hit(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        guard let mapping = call.mapping else { return try current.element() }
        return try evaluate(mapping)
    }

    private mutating func find(_ call: Node.BuiltinCall, _ order: [Int]) throws(ExpressionError) -> Value {
        for index in order {
            loops[loops.count - 1].index = index
            guard try holds(call.arguments[1]) else { continue }
            return call.name.hasSuffix("Index") ? .int(index) : try hit(call)
        }
        guard call.failsWhenAbsent else { return .null }
        throw ExpressionError(
            .evaluation,
            "`filter` found nothing, and so there is no such element",
            hint: "`first(filter(…))` gives nil instead"
        )
    }

    private mutating func sum(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        var sum = Value.int(0)
        for _ in current.elements.indices {
            try context.budget.step()
            let value = call.arguments.count > 1 ? try evaluate(call.arguments[1]) : try current.element()
            let marks = Marks.union(sum.marks, value.marks)
            sum = try Arithmetic.add(value, sum).marked(marks)
            advance()
        }
        return sum
    }

    private mutating func group(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        var groups: [MapKey: [Value]] = [:]
        var marks: Marks?
        for _ in current.elements.indices {
            let value = try evaluate(call.arguments[1])
            guard let key = MapKey(value) else {
                throw ExpressionError(.evaluation, "\(value.kindName) cannot be the key of a group")
            }
            let element = try current.element()
            groups[key, default: []].append(element)
            marks = Marks.union(marks, Marks.union(value.marks, element.marks))
            advance()
        }
        let entries = groups.mapValues { Value(.array(ArrayValue($0)), marks: $0.jointMarks) }
        return try bounded(Value(.map(MapValue(entries: entries, kind: .groups)), marks: marks))
    }

    private mutating func sort(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        var isDescending = false
        if call.arguments.count == 3 {
            switch try evaluate(call.arguments[2]).text {
            case "asc": break
            case "desc": isDescending = true
            default: throw ExpressionError(.evaluation, "`sortBy` sorts \"asc\" or \"desc\"")
            }
        }
        var keys: [Value] = []
        for _ in current.elements.indices {
            keys.append(try evaluate(call.arguments[1]))
            _ = try current.element()
            advance()
        }
        if let secrets = keys.jointMarks?.secretsOnly { loops[loops.count - 1].secrets = secrets }
        return try made(try Sorting.sort(current.elements, by: keys, isDescending, &context.budget))
    }

    private mutating func reduce(_ call: Node.BuiltinCall) throws(ExpressionError) -> Value {
        if call.arguments.count == 3 {
            loops[loops.count - 1].accumulator = try evaluate(call.arguments[2])
        } else {
            guard !current.elements.isEmpty else {
                throw ExpressionError(
                    .evaluation,
                    "`reduce` of an empty list has no first element to begin with",
                    hint: "give what it begins with as the third argument"
                )
            }
            loops[loops.count - 1].accumulator = try current.element()
            advance()
        }
        while current.index < current.elements.count {
            loops[loops.count - 1].accumulator = try evaluate(call.arguments[1])
            advance()
        }
        return current.accumulator
    }
}
