extension Checker {
    mutating func check(
        _ operation: UnaryOperator,
        _ operand: NodeID,
        at id: NodeID
    ) throws(ExpressionError) -> Nature {
        let nature = try visit(operand)
        switch operation {
        case .not:
            if nature == .bool || nature.isUnknown { return .bool }
            throw error("`not` takes a bool, not \(nature.article)", at: id)
        case .minus, .plus:
            if nature.isNumber { return nature }
            if nature.isUnknown { return .unknown }
            throw error("a sign stands before a number, not before \(nature.article)", at: id)
        }
    }

    mutating func check(
        _ operation: BinaryOperator,
        _ leftID: NodeID,
        _ rightID: NodeID,
        at id: NodeID
    ) throws(ExpressionError) -> Nature {
        let (left, right) = (try visit(leftID), try visit(rightID))
        switch operation {
        case .inside:
            if let nature = try checkMembership(left, right, leftID) { return nature }
        case .matches:
            if case .text(let pattern) = tree[rightID], let problem = patternProblem(pattern.string) {
                throw error("the pattern cannot be used: \(problem)", at: rightID)
            }
            if (left == .string || left == .bytes) && right == .string { return .bool }
            if left.mayFit(right, { $0 == .string }) { return .bool }
        case .coalesce:
            if left == .null { return right }
            if right == .null { return left }
            return right.isAssignable(to: left) ? left : .unknown
        default:
            if let nature = Self.result(of: operation, left, right) { return nature }
        }
        throw error(
            "`\(operation.rawValue)` does not work between \(left.article) and \(right.article)",
            at: id,
            hint: Self.hint(operation, left, right)
        )
    }

    /// - Returns: `nil` where the operator does not accept these operands.
    private static func result(of operation: BinaryOperator, _ left: Nature, _ right: Nature) -> Nature? {
        switch operation {
        case .equal, .notEqual:
            return left.isComparable(to: right) ? .bool : nil
        case .and, .or:
            return left == .bool && right == .bool || left.mayFit(right) { $0 == .bool } ? .bool : nil
        case .less, .greater, .lessOrEqual, .greaterOrEqual:
            if left.isNumber && right.isNumber { return .bool }
            if left == right, left == .string || left == .time || left == .duration { return .bool }
            return left.mayFit(right) { $0.isNumber || $0 == .string || $0 == .time || $0 == .duration } ? .bool : nil
        case .add: return sum(left, right)
        case .subtract: return difference(left, right)
        case .multiply: return product(left, right)
        case .divide, .power:
            if left.isNumber && right.isNumber || left.mayFit(right, \.isNumber) { return .float }
            return nil
        case .modulo:
            return left.isInteger && right.isInteger || left.mayFit(right, \.isInteger) ? .int : nil
        case .contains, .startsWith, .endsWith:
            return left == .string && right == .string || left.mayFit(right) { $0 == .string } ? .bool : nil
        case .range:
            return left.isInteger && right.isInteger || left.mayFit(right, \.isInteger) ? .array(.int) : nil
        case .inside, .matches, .coalesce: return nil
        }
    }

    private static func promoted(_ left: Nature, _ right: Nature) -> Nature {
        left == .float || right == .float ? .float : .int
    }

    private static func sum(_ left: Nature, _ right: Nature) -> Nature? {
        if left.isNumber && right.isNumber { return promoted(left, right) }
        switch (left, right) {
        case (.string, .string): return .string
        case (.time, .duration), (.duration, .time): return .time
        case (.duration, .duration): return .duration
        default: break
        }
        return left.mayFit(right) { $0.isNumber || $0 == .string || $0 == .time || $0 == .duration } ? .unknown : nil
    }

    private static func difference(_ left: Nature, _ right: Nature) -> Nature? {
        if left.isNumber && right.isNumber { return promoted(left, right) }
        switch (left, right) {
        case (.time, .time), (.duration, .duration): return .duration
        case (.time, .duration): return .time
        default: break
        }
        return left.mayFit(right) { $0.isNumber || $0 == .time || $0 == .duration } ? .unknown : nil
    }

    private static func product(_ left: Nature, _ right: Nature) -> Nature? {
        if left.isNumber && right.isNumber { return promoted(left, right) }
        if left == .duration && (right == .duration || right.isNumber) { return .duration }
        if left.isNumber && right == .duration { return .duration }
        return left.mayFit(right) { $0.isNumber || $0 == .duration } ? .unknown : nil
    }

    /// - Returns: `nil` where `in` does not accept these operands.
    private func checkMembership(
        _ left: Nature,
        _ right: Nature,
        _ leftID: NodeID
    ) throws(ExpressionError) -> Nature? {
        if right.kind == .structure || right.kind == .pointer {
            return left == .string || left.isUnknown ? .bool : nil
        }
        if right.isMap {
            guard left.isUnknown || left.isAssignable(to: right.key) else {
                throw error("a key of this map is \(right.key.article), not \(left.article)", at: leftID)
            }
            return .bool
        }
        if right.isList {
            guard left.isComparable(to: right.element) else {
                throw error("an element of this list is \(right.element.article), not \(left.article)", at: leftID)
            }
            return .bool
        }
        if left.isUnknown && right == .string { return .bool }  // expr-lang lets it pass here and fail later
        return right.isUnknown ? .bool : nil
    }

    private static func hint(_ operation: BinaryOperator, _ left: Nature, _ right: Nature) -> String? {
        switch operation {
        case .add where left == .string || right == .string: "write `string(…)` around what is no string"
        case .inside where right == .string: "for a part of a text, write `text contains part`"
        case .and, .or: "both sides must be bool; compare with `!= nil` or `!= \"\"`"
        default: nil
        }
    }
}
