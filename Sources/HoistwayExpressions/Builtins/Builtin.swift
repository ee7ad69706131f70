/// A function of the language itself.
struct Builtin: Sendable {
    /// How its arguments are checked before evaluation.
    enum Rule: Sendable {
        case overloads([Signature.Overload])
        case check(@Sendable ([Nature]) -> Result<Nature, Mismatch>)
    }

    /// Why the arguments can never be valid.
    struct Mismatch: Error {
        /// Counted from 0; `nil`: all of them.
        var argument: Int?
        /// The end of the sentence that begins with the function's name.
        var problem: String
    }

    typealias Call =
        @Sendable (_ arguments: Arguments, _ context: inout BuiltinContext) throws(ExpressionError) -> Value

    let name: String
    let rule: Rule
    let call: Call

    init(_ name: String, _ overloads: [Signature.Overload], _ call: @escaping Call) {
        self.name = name
        rule = .overloads(overloads)
        self.call = call
    }

    init(
        _ name: String,
        check: @escaping @Sendable ([Nature]) -> Result<Nature, Mismatch>,
        _ call: @escaping Call
    ) {
        self.name = name
        rule = .check(check)
        self.call = call
    }
}

/// The data that builtins use besides their arguments.
struct BuiltinContext {
    var budget: Budget
    let now: @Sendable () -> Moment
    let location: @Sendable (String) -> Location?
}

/// The arguments of a call to a builtin.
struct Arguments {
    let name: String
    let values: [Value]

    var count: Int { values.count }

    subscript(index: Int) -> Value { values[index] }

    func failure(_ problem: String) -> ExpressionError {
        ExpressionError(.evaluation, "`\(name)` \(problem)")
    }

    /// The argument, or an error where there are fewer.
    ///
    /// The arguments inside a call of an unknown function are not counted before evaluation.
    private func value(_ index: Int) throws(ExpressionError) -> Value {
        guard index < count else { throw failure("takes more than \(count) arguments") }
        return values[index]
    }

    func expect(_ range: ClosedRange<Int>) throws(ExpressionError) {
        guard range.contains(count) else {
            let wanted =
                range.lowerBound == range.upperBound
                ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
            throw failure("takes \(wanted) arguments, not \(count)")
        }
    }

    func text(_ index: Int) throws(ExpressionError) -> ByteText {
        guard let text = try value(index).text else {
            throw failure("takes a string as its argument \(index + 1), not \(values[index].kindName)")
        }
        return text
    }

    /// A whole number, or a float without its fraction.
    func integer(_ index: Int) throws(ExpressionError) -> Int {
        guard let number = try value(index).truncated else {
            throw failure("takes a number as its argument \(index + 1), not \(values[index].kindName)")
        }
        return number
    }

    /// An integer; any other value is an error.
    func exactInteger(_ index: Int) throws(ExpressionError) -> Int {
        guard case .int(let number) = try value(index).content else {
            throw failure("takes an int as its argument \(index + 1), not \(values[index].kindName)")
        }
        return number
    }

    func list(_ index: Int) throws(ExpressionError) -> [Value] {
        guard let list = try value(index).listElements else {
            throw failure("takes a list as its argument \(index + 1), not \(values[index].kindName)")
        }
        return list
    }

    func map(_ index: Int) throws(ExpressionError) -> MapValue {
        guard case .map(let map) = try value(index).content else {
            throw failure("takes a map as its argument \(index + 1), not \(values[index].kindName)")
        }
        return map
    }
}

extension Value {
    /// The elements of a list or of bytes.
    var listElements: [Value]? {
        switch content {
        case .array(let array): array.elements
        case .bytes(let bytes): bytes.map { .int(Int($0)) }
        default: nil
        }
    }

    /// Converts a number to an integer like Go's `int(…)`.
    var truncated: Int? {
        switch content {
        case .int(let number): number
        case .double(let number): number.goInteger
        default: nil
        }
    }

    var number: Double? {
        switch content {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }

    /// The kind of the value in error messages.
    package var kindName: String {
        switch content {
        case .null: "nil"
        case .bool: "a bool"
        case .int: "an int"
        case .double: "a float"
        case .string: "a string"
        case .bytes: "bytes"
        case .array: "an array"
        case .map: "a map"
        case .time: "a time"
        case .duration: "a duration"
        case .zone: "a timezone"
        case .calendar(let number): number.kind == .month ? "a month" : "a weekday"
        case .object(let object): "a \(object.type.name)"
        case .function: "a function"
        }
    }
}

extension Double {
    /// Go's conversion on 64-bit Intel: a number out of range becomes the smallest integer.
    var goInteger: Int { Int(exactly: rounded(.towardZero)) ?? .min }
}
