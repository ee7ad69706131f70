extension Evaluator {
    mutating func apply(_ operation: UnaryOperator, to operand: NodeID) throws(ExpressionError) -> Value {
        let value = try evaluate(operand)
        switch operation {
        case .not: return Value(.bool(!(try isTrue(value))), marks: value.marks?.secretsOnly)
        case .plus: return value
        case .minus:
            switch value.content {
            case .int(let number): return Value(.int(0 &- number), marks: value.marks)
            case .double(let number): return Value(.double(-number), marks: value.marks)
            default:
                throw ExpressionError(.evaluation, "a sign stands before a number, not before \(value.kindName)")
            }
        }
    }

    mutating func apply(
        _ operation: BinaryOperator,
        _ leftID: NodeID,
        _ rightID: NodeID
    ) throws(ExpressionError) -> Value {
        switch operation {
        case .and, .or:
            let left = try evaluate(leftID)
            if try isTrue(left) == (operation == .or) { return left }
            return try evaluate(rightID).marked(left.marks?.secretsOnly)
        case .coalesce:
            let left = try evaluateOperandOfCoalesce(leftID)
            if !left.isNull { return left }
            return try evaluateOperandOfCoalesce(rightID).marked(left.marks?.secretsOnly)
        default: break
        }
        let (left, right) = (try evaluate(leftID), try evaluate(rightID))
        let marks = Marks.union(left.marks, right.marks)
        switch operation {
        case .add:
            let sum = try Arithmetic.add(left, right)
            if let text = sum.text { try context.budget.make(bytes: text.bytes.count) }
            return sum.marked(marks)
        case .subtract: return try Arithmetic.subtract(left, right).marked(marks)
        case .multiply: return try Arithmetic.multiply(left, right).marked(marks)
        case .divide: return try Arithmetic.divide(left, right).marked(marks)
        case .modulo: return try Arithmetic.modulo(left, right).marked(marks)
        case .power: return try Arithmetic.power(left, right).marked(marks)
        case .range: return try range(left, right).marked(marks)
        default:
            let result = try test(operation, left, right, leftID, rightID)
            return Value(.bool(result), marks: marks?.secretsOnly)
        }
    }

    private mutating func test(
        _ operation: BinaryOperator,
        _ left: Value,
        _ right: Value,
        _ leftID: NodeID,
        _ rightID: NodeID
    ) throws(ExpressionError) -> Bool {
        switch operation {
        case .less: return try Arithmetic.isLess(left, right)
        case .greater: return try Arithmetic.isLess(right, left)
        case .lessOrEqual: return try Arithmetic.isLessOrEqual(left, right)
        case .greaterOrEqual: return try Arithmetic.isLessOrEqual(right, left)
        case .equal: return try isEqual(left, right, leftID, rightID)
        case .notEqual: return !(try isEqual(left, right, leftID, rightID))
        case .inside: return try isIn(left, right)
        case .matches: return try matches(left, right)
        default: break
        }
        if left.isNull || right.isNull { return false }
        guard let text = left.text, let part = right.text else {
            throw ExpressionError(
                .evaluation,
                "`\(operation.rawValue)` does not work between \(left.kindName) and \(right.kindName)"
            )
        }
        try context.budget.step(text.bytes.count / 32)
        switch operation {
        case .contains: return text.contains(part)
        case .startsWith: return text.hasPrefix(part)
        default: return text.hasSuffix(part)
        }
    }

    private mutating func isEqual(
        _ left: Value,
        _ right: Value,
        _ leftID: NodeID,
        _ rightID: NodeID
    ) throws(ExpressionError) -> Bool {
        // ⚠ Where the checker knows that both are ints or strings, expr-lang compares only such values.
        switch (natures[Int(leftID.index)], natures[Int(rightID.index)]) {
        case (.int, .int):
            guard case .int(let one) = left.content, case .int(let other) = right.content else {
                throw notAsKnown(left, right, "an int")
            }
            return one == other
        case (.string, .string):
            guard let one = left.text, let other = right.text else { throw notAsKnown(left, right, "a string") }
            return one == other
        default:
            if left.depth > 0, right.depth > 0 { try context.budget.step(left.weight) }
            return left.equals(right)
        }
    }

    private func notAsKnown(_ left: Value, _ right: Value, _ kind: String) -> ExpressionError {
        ExpressionError(
            .evaluation,
            "`==` compares \(kind) here, and found \(left.kindName) and \(right.kindName)",
            hint: "give a default before comparing: `(… ?? default) == …`"
        )
    }

    private mutating func range(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
        guard let low = left.truncated, let high = right.truncated else {
            throw ExpressionError(
                .evaluation,
                "`..` does not work between \(left.kindName) and \(right.kindName)"
            )
        }
        let count = max(0, high &- low &+ 1)  // ⚠ a range that overflows is empty
        try context.budget.make(elements: count)
        return Value(.array(ArrayValue((0..<count).map { .int(low + $0) }, kind: .ints)))
    }

    // MARK: `in` and `matches`

    private mutating func isIn(_ needle: Value, _ hay: Value) throws(ExpressionError) -> Bool {
        switch hay.content {
        case .null: return false
        case .array, .bytes:
            for element in hay.listElements ?? [] {
                try context.budget.step(1 + (element.depth > 0 ? element.weight : 0))
                if element.equals(needle) { return true }
            }
            return false
        case .map(let map): return map.entries[try map.key(for: needle)] != nil
        case .object(let object):
            guard let name = needle.text else {
                throw ExpressionError(.evaluation, "a field's name is a string, not \(needle.kindName)")
            }
            return object[name.string] != nil
        default:
            throw ExpressionError(
                .evaluation,
                "`in` does not look into \(hay.kindName)",
                hint: hay.text == nil ? nil : "for a part of a text, write `text contains part`"
            )
        }
    }

    mutating func lookUp(_ id: NodeID, in literals: Node.Literals) throws(ExpressionError) -> Value {
        let needle = try evaluate(id)
        let isFound: Bool
        switch (literals, needle.content) {
        case (.integers(let numbers), .int(let number)): isFound = numbers.contains(number)
        case (.integers(let numbers), .null): isFound = numbers.contains(0)
        case (.texts(let texts), .string(let text)): isFound = texts.contains(text)
        case (.texts(let texts), .null): isFound = texts.contains("")
        case (.integers, _):
            throw ExpressionError(.evaluation, "an element of this list is an int, not \(needle.kindName)")
        case (.texts, _):
            throw ExpressionError(.evaluation, "an element of this list is a string, not \(needle.kindName)")
        }
        return Value(.bool(isFound), marks: needle.marks?.secretsOnly)
    }

    private mutating func matches(_ left: Value, _ right: Value) throws(ExpressionError) -> Bool {
        if left.isNull || right.isNull { return false }
        guard let pattern = right.text else {
            throw ExpressionError(.evaluation, "a pattern is a string, not \(right.kindName)")
        }
        let text: ByteText
        switch left.content {
        case .string(let string): text = string
        case .bytes(let bytes): text = ByteText(bytes)
        default: throw ExpressionError(.evaluation, "`matches` takes a string, not \(left.kindName)")
        }
        try context.budget.step(1 + text.bytes.count * pattern.bytes.count / 1024)
        guard let result = scope.matches(pattern.string, text.string) else {
            let shown = right.isSecret ? "***" : pattern.string
            throw ExpressionError(.evaluation, "\"\(shown)\" cannot be used as a pattern on this text")
        }
        return result
    }
}

extension Value {
    /// The number of values in it.
    var weight: Int {
        switch content {
        case .array(let array):
            array.depth == 1 ? array.elements.count : array.elements.reduce(array.elements.count) { $0 + $1.weight }
        case .map(let map):
            map.depth == 1 ? map.entries.count : map.entries.values.reduce(map.entries.count) { $0 + $1.weight }
        default: 0
        }
    }
}

extension MapValue {
    /// The map key for the value; like Go, it fails for a key of another type, and reads nil as the type's zero value.
    func key(for value: Value) throws(ExpressionError) -> MapKey {
        if isStringKeyed {
            if let text = value.text { return .text(text) }
            if value.isNull { return .text("") }
        } else if let key = MapKey(value) {
            return key
        }
        throw ExpressionError(.evaluation, "a map has no key that is \(value.kindName)")
    }
}
