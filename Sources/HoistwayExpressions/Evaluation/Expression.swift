/// A parsed and checked expression; it can be evaluated many times, cheaply and from many tasks.
package struct Expression: Sendable {
    package let source: String
    let tree: SyntaxTree
    let natures: [Nature]
    /// What is known about its result before evaluation.
    package let result: Nature

    /// - Parameter functions: the host's functions besides the builtins; a name in neither of them is an error only
    ///   when it is called, as in expr-lang.
    package init(
        _ source: String,
        functions: [String: Signature] = [:],
        patternProblem: @escaping @Sendable (String) -> String? = { _ in nil }
    ) throws(ExpressionError) {
        let parsed = try Parser.tree(of: source, hostFunctions: Set(functions.keys))
        var checker = Checker(parsed, source: source, signatures: functions, patternProblem: patternProblem)
        result = try checker.visit(parsed.root)
        (tree, natures) = try Optimizer.optimize(parsed, checker.natures, source: source)
        self.source = source
    }

    package func evaluate(in scope: Scope) throws(ExpressionError) -> Value {
        var evaluator = Evaluator(tree, natures, in: scope)
        do throws(ExpressionError) {
            return try evaluator.evaluate(tree.root)
        } catch {
            throw error.in(source)
        }
    }
}
