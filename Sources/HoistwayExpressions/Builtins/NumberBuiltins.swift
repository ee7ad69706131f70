/// Functions on numbers.
enum NumberBuiltins {
    private static let bits = [Signature.Overload([.int, .int], .int)]

    static let all: [Builtin] = [
        Builtin(
            "abs",
            check: { natures in
                Rules.one(natures, "takes a number", natures.first ?? .unknown, \.isGoNumber)
            }
        ) { arguments, _ throws(ExpressionError) in
            try arguments.expect(1...1)
            switch arguments[0].content {
            case .int(let number): return .int(number < 0 ? 0 &- number : number)
            case .double(let number): return .double(number < 0 ? -number : number)
            default: throw arguments.failure("takes a number, not \(arguments[0].kindName)")
            }
        },
        rounding("ceil", .up),
        rounding("floor", .down),
        rounding("round", .toNearestOrAwayFromZero),
        Builtin("max", check: Rules.aggregate) { arguments, context throws(ExpressionError) in
            try extreme(arguments.values, arguments, &context) { value, best throws(ExpressionError) in
                try Arithmetic.isLess(best, value)
            } ?? .null
        },
        Builtin("min", check: Rules.aggregate) { arguments, context throws(ExpressionError) in
            try extreme(arguments.values, arguments, &context) { value, best throws(ExpressionError) in
                try Arithmetic.isLess(value, best)
            } ?? .null
        },
        Builtin("mean", check: Rules.aggregate) { arguments, context throws(ExpressionError) in
            let (count, sum) = try total(arguments.values, arguments, &context)
            return .double(count == 0 ? 0 : sum / Double(count))
        },
        Builtin("median", check: Rules.aggregate) { arguments, context throws(ExpressionError) in
            var numbers: [Double] = []
            try collect(arguments.values, arguments, &context, into: &numbers)
            numbers.sort { $0 < $1 || $0.isNaN && !$1.isNaN }
            guard !numbers.isEmpty else { return .double(0) }
            let middle = numbers.count / 2
            return .double(numbers.count % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2)
        },
        Builtin("bitand", bits) { arguments, _ throws(ExpressionError) in try bitwise(arguments) { $0 & $1 } },
        Builtin("bitor", bits) { arguments, _ throws(ExpressionError) in try bitwise(arguments) { $0 | $1 } },
        Builtin("bitxor", bits) { arguments, _ throws(ExpressionError) in try bitwise(arguments) { $0 ^ $1 } },
        Builtin("bitnand", bits) { arguments, _ throws(ExpressionError) in try bitwise(arguments) { $0 & ~$1 } },
        Builtin("bitshl", bits) { arguments, _ throws(ExpressionError) in try shift(arguments) { $0 << $1 } },
        Builtin("bitshr", bits) { arguments, _ throws(ExpressionError) in try shift(arguments) { $0 >> $1 } },
        Builtin("bitushr", bits) { arguments, _ throws(ExpressionError) in
            try shift(arguments) { Int(bitPattern: UInt(bitPattern: $0) >> UInt($1)) }
        },
        Builtin("bitnot", [Signature.Overload([.int], .int)]) { arguments, _ throws(ExpressionError) in
            try arguments.expect(1...1)
            return .int(~(try arguments.exactInteger(0)))
        },
    ]

    private static func rounding(_ name: String, _ rule: FloatingPointRoundingRule) -> Builtin {
        Builtin(name, check: Rules.rounding) { arguments, _ throws(ExpressionError) in
            try arguments.expect(1...1)
            guard let number = arguments[0].number else {
                throw arguments.failure("takes a number, not \(arguments[0].kindName)")
            }
            return .double(number.rounded(rule))
        }
    }

    private static func bitwise(
        _ arguments: Arguments,
        _ operation: (Int, Int) -> Int
    ) throws(ExpressionError) -> Value {
        try arguments.expect(2...2)
        return .int(operation(try arguments.exactInteger(0), try arguments.exactInteger(1)))
    }

    private static func shift(
        _ arguments: Arguments,
        _ operation: (Int, Int) -> Int
    ) throws(ExpressionError) -> Value {
        try arguments.expect(2...2)
        let (number, count) = (try arguments.exactInteger(0), try arguments.exactInteger(1))
        guard count >= 0 else { throw arguments.failure("cannot shift by \(count)") }
        return .int(operation(number, count))
    }

    private typealias IsBetter = (_ value: Value, _ best: Value) throws(ExpressionError) -> Bool

    /// - Returns: `nil` where there are no numbers.
    private static func extreme(
        _ values: [Value],
        _ arguments: Arguments,
        _ context: inout BuiltinContext,
        _ isBetter: IsBetter
    ) throws(ExpressionError) -> Value? {
        var best: Value?
        for value in values {
            try context.budget.step()
            var candidate: Value? = value
            if let list = value.listElements {
                for element in list where element.number == nil && element.listElements == nil {
                    throw arguments.failure("takes numbers, and the list has \(element.kindName)")
                }
                candidate = try extreme(list, arguments, &context, isBetter)
            } else if !value.isGoNumber {
                // ⚠ expr-lang returns a single argument unchanged.
                guard values.count == 1, arguments.count == 1 else {
                    throw arguments.failure("takes numbers, not \(value.kindName)")
                }
                return value
            }
            guard let candidate else { continue }
            if let known = best {
                if try isBetter(candidate, known) { best = candidate }
            } else {
                best = candidate
            }
        }
        return best
    }

    /// Adds in expr-lang's order, since sums of floats depend on it: a list inside a list gets its own sum first.
    private static func total(
        _ values: [Value],
        _ arguments: Arguments,
        _ context: inout BuiltinContext
    ) throws(ExpressionError) -> (count: Int, sum: Double) {
        var (count, sum) = (0, 0.0)
        for value in values {
            for element in value.listElements ?? [value] {
                try context.budget.step()
                if let number = element.goNumber {
                    (count, sum) = (count + 1, sum + number)
                } else if element.listElements != nil {
                    let inner = try total([element], arguments, &context)
                    (count, sum) = (count + inner.count, sum + inner.sum)
                } else {
                    throw arguments.failure("takes numbers, not \(element.kindName)")
                }
            }
        }
        return (count, sum)
    }

    private static func collect(
        _ values: [Value],
        _ arguments: Arguments,
        _ context: inout BuiltinContext,
        into numbers: inout [Double]
    ) throws(ExpressionError) {
        for value in values {
            try context.budget.step()
            if let list = value.listElements {
                try collect(list, arguments, &context, into: &numbers)
            } else if let number = value.goNumber {
                numbers.append(number)
            } else {
                throw arguments.failure("takes numbers, not \(value.kindName)")
            }
        }
    }
}

extension Value {
    /// Uses Go's kinds: durations, months and weekdays are numbers too.
    fileprivate var goNumber: Double? {
        switch content {
        case .int(let number), .duration(let number): Double(number)
        case .double(let number): number
        case .calendar(let number): Double(number.number)
        default: nil
        }
    }

    fileprivate var isGoNumber: Bool { goNumber != nil }
}
