extension Optimizer {
    /// - Returns: whether anything changed.
    mutating func fold(_ id: NodeID) throws(ExpressionError) -> Bool {
        switch tree[id] {
        case .unary(let operation, let operand): return fold(operation, operand, at: id)
        case .binary(let operation, let left, let right) where operation.isBoolean:
            return fold(operation, left, right, at: id)
        case .binary(let operation, let left, let right):
            guard let node = try folded(operation, left, right, at: id) else { return false }
            replace(id, with: node)
            return true
        case .array(let items): return fold(items, at: id)
        case .builtin(let call) where call.name == "filter" && call.arguments.count == 2:
            return mergeFilters(call, at: id)
        default: return false
        }
    }

    private mutating func replace(_ id: NodeID, with node: Node) {
        tree[id] = node
        switch node {
        case .bool: setNature(.bool, of: id)
        case .integer: setNature(.int, of: id)
        case .float: setNature(.float, of: id)
        case .text: setNature(.string, of: id)
        default: setNature(.array(.any), of: id)
        }
    }

    private mutating func fold(_ operation: UnaryOperator, _ operand: NodeID, at id: NodeID) -> Bool {
        switch (operation, tree[operand]) {
        case (.minus, .integer(let number)): replace(id, with: .integer(0 &- number))
        case (.minus, .float(let number)): replace(id, with: .float(-number))
        case (.plus, .integer(let number)): replace(id, with: .integer(number))
        case (.plus, .float(let number)): replace(id, with: .float(number))
        case (.not, .bool(let flag)): replace(id, with: .bool(!flag))
        default: return false
        }
        return true
    }

    /// ⚠ A literal on one side decides even where the other side would fail.
    private mutating func fold(
        _ operation: BinaryOperator,
        _ left: NodeID,
        _ right: NodeID,
        at id: NodeID
    ) -> Bool {
        let neutral = operation == .and
        if case .bool(neutral) = tree[left] {
            tree[id] = tree[right]
        } else if case .bool(neutral) = tree[right] {
            tree[id] = tree[left]
        } else if case .bool = tree[left] {
            replace(id, with: .bool(!neutral))
        } else if case .bool = tree[right] {
            replace(id, with: .bool(!neutral))
        } else {
            return false
        }
        return true
    }

    private func folded(
        _ operation: BinaryOperator,
        _ left: NodeID,
        _ right: NodeID,
        at id: NodeID
    ) throws(ExpressionError) -> Node? {
        switch (tree[left], tree[right]) {
        case (.integer(let one), .integer(let other)):
            switch operation {
            case .add: return .integer(one &+ other)
            case .subtract: return .integer(one &- other)
            case .multiply: return .integer(one &* other)
            case .equal: return .bool(one == other)
            case .modulo:
                // ⚠ An error even where the part would never be evaluated.
                guard other != 0 else { throw error("integer divide by zero", at: id) }
                return .integer(other == -1 ? 0 : one % other)
            default: return floatResult(operation, Double(one), Double(other))
            }
        case (.integer(let one), .float(let other)): return floatResult(operation, Double(one), other)
        case (.float(let one), .integer(let other)): return floatResult(operation, one, Double(other))
        case (.float(let one), .float(let other)): return floatResult(operation, one, other)
        case (.text(let one), .text(let other)):
            switch operation {
            case .add: return .text(one + other)
            case .equal: return .bool(one == other)
            default: return nil
            }
        case (.bool(let one), .bool(let other)): return operation == .equal ? .bool(one == other) : nil
        default: return nil
        }
    }

    private func floatResult(_ operation: BinaryOperator, _ one: Double, _ other: Double) -> Node? {
        switch operation {
        case .add: .float(one + other)
        case .subtract: .float(one - other)
        case .multiply: .float(one * other)
        case .divide: .float(one / other)
        case .power: .float(Arithmetic.power(one, other))
        default: nil
        }
    }

    private mutating func fold(_ items: [NodeID], at id: NodeID) -> Bool {
        guard !items.isEmpty else { return false }
        var values: [Value] = []
        for item in items {
            switch tree[item] {
            case .integer(let number): values.append(.int(number))
            case .float(let number): values.append(.double(number))
            case .text(let text): values.append(.text(text))
            case .bool(let flag): values.append(.bool(flag))
            default: return false
            }
        }
        replace(id, with: .constant(.array(values)))
        return true
    }

    /// `filter(filter(a, p), q)` becomes `filter(a, p && q)`.
    private mutating func mergeFilters(_ call: Node.BuiltinCall, at id: NodeID) -> Bool {
        guard let inner = builtin(call.arguments[0], "filter"), let first = body(ofPredicate: inner.arguments[1]),
            let second = body(ofPredicate: call.arguments[1])
        else { return false }
        let both = add(.binary(.and, first, second), like: id)
        let predicate = add(.predicate(both), like: id)
        tree[id] = .builtin(Node.BuiltinCall(name: "filter", arguments: [inner.arguments[0], predicate]))
        return true
    }
}
