import Glibc

/// Operators on values, as in expr-lang's runtime.
enum Arithmetic {
    static func isLess(_ left: Value, _ right: Value) throws(ExpressionError) -> Bool {
        switch (left.content, right.content) {
        case (.int(let one), .int(let other)): one < other
        case (.int(let one), .double(let other)): Double(one) < other
        case (.double(let one), .int(let other)): one < Double(other)
        case (.double(let one), .double(let other)): one < other
        case (.string(let one), .string(let other)): one < other
        case (.time(let one), .time(let other)): one.isBefore(other)
        case (.duration(let one), .duration(let other)): one < other
        default: throw mismatch("<", left, right)
        }
    }

    /// `<=` is not a negated `>`: for NaN, both are false.
    static func isLessOrEqual(_ left: Value, _ right: Value) throws(ExpressionError) -> Bool {
        switch (left.content, right.content) {
        case (.int(let one), .int(let other)): one <= other
        case (.int(let one), .double(let other)): Double(one) <= other
        case (.double(let one), .int(let other)): one <= Double(other)
        case (.double(let one), .double(let other)): one <= other
        case (.string(let one), .string(let other)): one <= other
        case (.time(let one), .time(let other)): !other.isBefore(one)
        case (.duration(let one), .duration(let other)): one <= other
        default: throw mismatch("<=", left, right)
        }
    }

    static func add(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
        switch (left.content, right.content) {
        case (.int(let one), .int(let other)): .int(one &+ other)
        case (.int(let one), .double(let other)): .double(Double(one) + other)
        case (.double(let one), .int(let other)): .double(one + Double(other))
        case (.double(let one), .double(let other)): .double(one + other)
        case (.string(let one), .string(let other)): .text(one + other)
        case (.time(let moment), .duration(let duration)), (.duration(let duration), .time(let moment)):
            Value(.time(moment.adding(duration)))
        case (.duration(let one), .duration(let other)): Value(.duration(one &+ other))
        default: throw mismatch("+", left, right)
        }
    }

    static func subtract(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
        switch (left.content, right.content) {
        case (.int(let one), .int(let other)): .int(one &- other)
        case (.int(let one), .double(let other)): .double(Double(one) - other)
        case (.double(let one), .int(let other)): .double(one - Double(other))
        case (.double(let one), .double(let other)): .double(one - other)
        case (.time(let one), .time(let other)): Value(.duration(one.since(other)))
        case (.time(let moment), .duration(let duration)): Value(.time(moment.adding(0 &- duration)))
        case (.duration(let one), .duration(let other)): Value(.duration(one &- other))
        default: throw mismatch("-", left, right)
        }
    }

    static func multiply(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
        switch (left.content, right.content) {
        case (.int(let one), .int(let other)): .int(one &* other)
        case (.int(let one), .double(let other)): .double(Double(one) * other)
        case (.double(let one), .int(let other)): .double(one * Double(other))
        case (.double(let one), .double(let other)): .double(one * other)
        case (.int(let one), .duration(let other)), (.duration(let one), .int(let other)),
            (.duration(let one), .duration(let other)):
            Value(.duration(one &* other))
        case (.double(let one), .duration(let other)): .double(one * Double(other))
        case (.duration(let one), .double(let other)): .double(Double(one) * other)
        default: throw mismatch("*", left, right)
        }
    }

    static func divide(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
        guard let one = left.number, let other = right.number else { throw mismatch("/", left, right) }
        return .double(one / other)
    }

    static func modulo(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
        guard case .int(let one) = left.content, case .int(let other) = right.content else {
            let isFloat = left.number != nil && right.number != nil
            throw mismatch("%", left, right, hint: isFloat ? "write `int(…)` around numbers from YAML and JSON" : nil)
        }
        return .int(try modulo(one, other))
    }

    static func modulo(_ one: Int, _ other: Int) throws(ExpressionError) -> Int {
        guard other != 0 else { throw ExpressionError(.evaluation, "integer divide by zero") }
        return other == -1 ? 0 : one % other
    }

    static func power(_ left: Value, _ right: Value) throws(ExpressionError) -> Value {
        guard let one = left.number, let other = right.number else { throw mismatch("**", left, right) }
        return .double(power(one, other))
    }

    private static func mismatch(
        _ operation: String,
        _ left: Value,
        _ right: Value,
        hint: String? = nil
    ) -> ExpressionError {
        ExpressionError(
            .evaluation,
            "`\(operation)` does not work between \(left.kindName) and \(right.kindName)",
            hint: hint
                ?? (operation == "+" && (left.text != nil || right.text != nil)
                    ? "write `string(…)` around what is no string" : nil)
        )
    }

    /// Go's `math.Pow`: it squares the fraction and keeps the exponent separate, so the last digit is the same as Go's.
    static func power(_ base: Double, _ exponent: Double) -> Double {
        if exponent == 0 || base == 1 { return 1 }
        if exponent == 1 { return base }
        if base == 0 || !base.isFinite || !exponent.isFinite { return pow(base, exponent) }
        if exponent == 0.5 { return base.squareRoot() }
        if exponent == -0.5 { return 1 / base.squareRoot() }
        var whole = exponent.magnitude.rounded(.towardZero)
        var fraction = exponent.magnitude - whole
        if fraction != 0 && base < 0 { return .nan }
        if whole >= 0x1p63 { return pow(base, exponent) }
        var result = 1.0
        if fraction != 0 {
            if fraction > 0.5 {
                fraction -= 1
                whole += 1
            }
            result = exp(fraction * log(base))
        }
        var scale = 0
        var factor = Double(sign: base.sign, exponent: -1, significand: base.significand)
        var factorScale = Int(base.exponent) + 1
        var bits = Int(whole)
        while bits != 0 {
            if factorScale < -4096 || factorScale > 4096 {  // far beyond what a float holds
                scale += factorScale
                break
            }
            if bits & 1 == 1 {
                result *= factor
                scale += factorScale
            }
            factor *= factor
            factorScale <<= 1
            if factor < 0.5 {
                factor += factor
                factorScale -= 1
            }
            bits >>= 1
        }
        if exponent < 0 {
            result = 1 / result
            scale = -scale
        }
        return scalbn(result, Int32(clamping: scale))
    }
}
