extension Optimizer {
    /// `map(filter(a, p), m)` makes no intermediate list.
    mutating func mapWhileFiltering(_ id: NodeID) {
        guard let call = builtin(id, "map"), call.arguments.count == 2,
            let mapping = body(ofPredicate: call.arguments[1]), var filter = builtin(call.arguments[0], "filter"),
            filter.mapping == nil, !usesIndex(call.arguments[1])
        else { return }
        filter.mapping = mapping
        tree[id] = .builtin(filter)
    }

    private func usesIndex(_ id: NodeID) -> Bool {
        if case .pointer("index") = tree[id] { return true }
        return tree[id].parts.contains(where: usesIndex)
    }

    /// `len(filter(a, p))` becomes `count(a, p)`.
    mutating func countInsteadOfFiltering(_ id: NodeID) {
        guard let call = builtin(id, "len"), call.arguments.count == 1,
            let filter = builtin(call.arguments[0], "filter")
        else { return }
        tree[id] = .builtin(Node.BuiltinCall(name: "count", arguments: filter.arguments))
    }

    mutating func findFromTheStart(_ id: NodeID) { find("find", "first", at: 0, id) }

    mutating func findFromTheEnd(_ id: NodeID) { find("findLast", "last", at: -1, id) }

    /// `filter(a, p)[0]` and `first(filter(a, p))` stop at the first match.
    private mutating func find(_ name: String, _ selector: String, at index: Int, _ id: NodeID) {
        if case .member(let member) = tree[id], !member.isOptional, integer(member.property) == index,
            var call = builtin(member.base, "filter")
        {
            call.name = name
            call.failsWhenAbsent = true
            tree[id] = .builtin(call)
        } else if let outer = builtin(id, selector), outer.arguments.count == 1,
            var call = builtin(outer.arguments[0], "filter")
        {
            call.name = name
            tree[id] = .builtin(call)
        }
    }

    /// `all(a, p) && all(a, q)` becomes `all(a, p && q)`; the same for `any` with `||` and `none` with `&&`.
    mutating func combinePredicates(_ id: NodeID) {
        guard case .binary(let operation, let left, let right) = tree[id], operation.isBoolean,
            case .builtin(let one) = tree[left], case .builtin(let other) = tree[right], one.name == other.name,
            let combined = Self.combined(one.name, operation), one.arguments.count == 2, other.arguments.count == 2,
            nature(of: one.arguments[0]).withoutElements == nature(of: other.arguments[0]).withoutElements,
            isSame(one.arguments[0], other.arguments[0]), let first = body(ofPredicate: one.arguments[1]),
            let second = body(ofPredicate: other.arguments[1])
        else { return }
        let both = add(.binary(combined, first, second), like: id)
        combinePredicates(both)
        let predicate = add(.predicate(both), like: id)
        tree[id] = .builtin(Node.BuiltinCall(name: one.name, arguments: [one.arguments[0], predicate]))
    }

    private static func combined(_ name: String, _ operation: BinaryOperator) -> BinaryOperator? {
        switch (name, operation) {
        case ("all", .and): .and
        case ("any", .or): .or
        case ("none", .and): .or
        default: nil
        }
    }

    /// Whether both are the same expression.
    private func isSame(_ left: NodeID, _ right: NodeID) -> Bool {
        if left == right { return true }
        switch (tree[left], tree[right]) {
        case (.null, .null): return true
        case (.name(let one), .name(let other)), (.pointer(let one), .pointer(let other)): return one == other
        case (.integer(let one), .integer(let other)): return one == other
        case (.float(let one), .float(let other)): return one == other
        case (.bool(let one), .bool(let other)): return one == other
        case (.text(let one), .text(let other)): return one == other
        case (.bytes(let one), .bytes(let other)): return one == other
        case (.constant(let one), .constant(let other)): return one.equals(other)
        case (.unary(let one, _), .unary(let other, _)) where one != other: return false
        case (.binary(let one, _, _), .binary(let other, _, _)) where one != other: return false
        case (.member(let one), .member(let other)) where one.isOptional != other.isOptional: return false
        case (.slice(_, let one, let two), .slice(_, let other, let another))
        where (one == nil) != (other == nil) || (two == nil) != (another == nil):
            return false
        case (.builtin(let one), .builtin(let other))
        where one.name != other.name || (one.mapping == nil) != (other.mapping == nil)
            || one.failsWhenAbsent != other.failsWhenAbsent:
            return false
        case (.variable(let one, _, _), .variable(let other, _, _)) where one != other: return false
        case (.lookup(_, let one), .lookup(_, let other)) where one != other: return false
        default: break
        }
        guard tree[left].shape == tree[right].shape else { return false }
        let (one, other) = (tree[left].parts, tree[right].parts)
        return one.count == other.count && zip(one, other).allSatisfy { isSame($0, $1) }
    }

    /// `count(a, p) > 0` becomes `any(a, p)`; other comparisons count only as far as necessary.
    mutating func stopCounting(_ id: NodeID) {
        guard case .binary(let operation, let left, let right) = tree[id], var call = builtin(left, "count"),
            call.arguments.count == 2, let number = integer(right), number >= 0
        else { return }
        if operation == .greater && number == 0 || operation == .greaterOrEqual && number == 1 {
            tree[id] = .builtin(Node.BuiltinCall(name: "any", arguments: call.arguments))
            return
        }
        let threshold: Int
        switch operation {
        case .greater, .lessOrEqual: threshold = number &+ 1
        case .greaterOrEqual, .less: threshold = number
        default: return
        }
        guard threshold > 1 else { return }
        call.threshold = threshold
        tree[left] = .builtin(call)
    }

    // MARK: Sums

    /// Replaces the sum of a literal range with its value.
    mutating func sumRange(_ id: NodeID) {
        guard case .builtin(let call) = tree[id], call.name == "sum" || call.name == "reduce",
            case .binary(.range, let low, let high) = tree[call.arguments[0]], let from = integer(low),
            let to = integer(high), to >= from
        else { return }
        let count = to &- from &+ 1
        let sum = (count &* (from &+ to)) / 2
        if call.name == "sum" {
            guard call.arguments.count == 2 else { return setInteger(sum, id) }
            if let result = total(sum, count, call.arguments[1]) { setInteger(result, id) }
        } else if addsUp(call.arguments[1]) {
            guard call.arguments.count == 3 else { return setInteger(sum, id) }
            if let start = integer(call.arguments[2]) { setInteger(start &+ sum, id) }
        }
    }

    private mutating func setInteger(_ number: Int, _ id: NodeID) {
        tree[id] = .integer(number)
        setNature(.int, of: id)
    }

    private func isElement(_ id: NodeID) -> Bool {
        if case .pointer("") = tree[id] { return true }
        return false
    }

    /// Whether the predicate is `# + #acc`.
    private func addsUp(_ id: NodeID) -> Bool {
        guard let body = body(ofPredicate: id), case .binary(.add, let left, let right) = tree[body] else {
            return false
        }
        switch (tree[left], tree[right]) {
        case (.pointer(""), .pointer("acc")), (.pointer("acc"), .pointer("")): return true
        default: return false
        }
    }

    private func total(_ sum: Int, _ count: Int, _ predicate: NodeID) -> Int? {
        guard let body = body(ofPredicate: predicate) else { return nil }
        if isElement(body) { return sum }
        guard case .binary(let operation, let left, let right) = tree[body] else { return nil }
        let isFirst = isElement(left)
        guard isFirst || isElement(right), let number = integer(isFirst ? right : left) else { return nil }
        switch operation {
        case .multiply: return number &* sum
        case .add: return sum &+ count &* number
        case .subtract: return isFirst ? sum &- count &* number : count &* number &- sum
        default: return nil
        }
    }

    /// Longer lists are not rewritten, since each further sum would nest deeper.
    private static let maxSummands = 64

    /// ⚠ `sum([a, b])` becomes `a + b`, which also accepts strings.
    mutating func sumList(_ id: NodeID) {
        guard let call = builtin(id, "sum"), call.arguments.count == 1,
            case .array(let items) = tree[call.arguments[0]], items.count >= 2, items.count <= Self.maxSummands
        else { return }
        var sum = items[items.count - 1]
        for item in items.dropFirst().dropLast().reversed() { sum = add(.binary(.add, item, sum), like: id) }
        tree[id] = .binary(.add, items[0], sum)
    }

    /// `sum(map(a, m))` makes no intermediate list.
    mutating func sumMapped(_ id: NodeID) {
        guard let call = builtin(id, "sum"), call.arguments.count == 1, let map = builtin(call.arguments[0], "map")
        else {
            return
        }
        tree[id] = .builtin(Node.BuiltinCall(name: "sum", arguments: map.arguments))
    }
}

extension Node {
    /// The type of the node.
    fileprivate var shape: Int {
        switch self {
        case .null: 0
        case .name: 1
        case .integer: 2
        case .float: 3
        case .bool: 4
        case .text: 5
        case .bytes: 6
        case .constant: 7
        case .unary: 8
        case .binary: 9
        case .chain: 10
        case .member: 11
        case .slice: 12
        case .call: 13
        case .builtin: 14
        case .predicate: 15
        case .pointer: 16
        case .variable: 17
        case .sequence: 18
        case .conditional: 19
        case .array: 20
        case .map: 21
        case .lookup: 22
        }
    }
}
