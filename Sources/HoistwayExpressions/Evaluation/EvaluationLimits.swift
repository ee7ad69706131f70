/// Limits of one evaluation; they count work, not time, so that the same input always has the same result.
package struct EvaluationLimits: Sendable, Equatable {
    /// Nodes that are evaluated, and elements that are visited.
    package var steps: Int
    /// Elements of new lists and maps, counted as in expr-lang; the default is expr-lang's limit.
    package var elements: Int
    /// Bytes of all new strings.
    package var bytes: Int

    package init(steps: Int = 5_000_000, elements: Int = 1_000_000, bytes: Int = 64 << 20) {
        self.steps = steps
        self.elements = elements
        self.bytes = bytes
    }
}

/// The unused rest of the limits.
struct Budget {
    private(set) var left: EvaluationLimits

    init(_ limits: EvaluationLimits) { left = limits }

    mutating func step(_ count: Int = 1) throws(ExpressionError) {
        left.steps -= count
        guard left.steps >= 0 else { throw ExpressionError(.limit, "the expression takes too many steps") }
    }

    mutating func make(elements count: Int) throws(ExpressionError) {
        left.elements -= count
        guard left.elements > 0 else { throw ExpressionError(.limit, "memory budget exceeded") }
    }

    /// Throws where a string of that size would exceed the limit.
    func check(bytes count: Int) throws(ExpressionError) {
        guard count <= left.bytes else { throw ExpressionError(.limit, "the expression makes too much text") }
    }

    mutating func make(bytes count: Int) throws(ExpressionError) {
        left.bytes -= count
        guard left.bytes >= 0 else { throw ExpressionError(.limit, "the expression makes too much text") }
    }
}
