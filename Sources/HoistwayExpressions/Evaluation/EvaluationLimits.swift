/// What one evaluation may use; counted, never timed, so that the same input always ends the same way.
package struct EvaluationLimits: Sendable, Equatable {
    /// Nodes evaluated and elements looked at.
    package var steps: Int
    /// Elements of lists and maps made, as expr-lang counts them; its own limit.
    package var elements: Int
    /// Bytes of all strings made.
    package var bytes: Int

    package init(steps: Int = 5_000_000, elements: Int = 1_000_000, bytes: Int = 64 << 20) {
        self.steps = steps
        self.elements = elements
        self.bytes = bytes
    }
}

/// What is left of the limits.
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

    /// Whether a string of that size may still be made.
    func check(bytes count: Int) throws(ExpressionError) {
        guard count <= left.bytes else { throw ExpressionError(.limit, "the expression makes too much text") }
    }

    mutating func make(bytes count: Int) throws(ExpressionError) {
        left.bytes -= count
        guard left.bytes >= 0 else { throw ExpressionError(.limit, "the expression makes too much text") }
    }
}
