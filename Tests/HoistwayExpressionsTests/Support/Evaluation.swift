import HoistwayExpressions
import HoistwayPatterns

/// Evaluating as the program does it, with RE2 patterns.
enum Evaluation {
    private static let patterns = Patterns()

    static func scope(
        _ variables: [String: Value] = [:],
        functions: [String: Scope.HostFunction] = [:],
        limits: EvaluationLimits = EvaluationLimits()
    ) -> Scope {
        Scope(
            variables: variables,
            functions: functions,
            matches: { pattern, text in
                PatternCompiler.problem(regex: pattern) == nil ? patterns.matches(regex: pattern, text) : nil
            },
            now: { Moment(seconds: 1_700_000_000) },
            limits: limits
        )
    }

    static func expression(
        _ source: String,
        functions: [String: Signature] = [:]
    ) throws(ExpressionError) -> Expression {
        try Expression(source, functions: functions, patternProblem: { PatternCompiler.problem(regex: $0) })
    }

    static func value(
        _ source: String,
        _ variables: [String: Value] = [:],
        limits: EvaluationLimits = EvaluationLimits()
    ) throws(ExpressionError) -> Value {
        try expression(source).evaluate(in: scope(variables, limits: limits))
    }

    /// As JSON.
    static func result(_ source: String, _ variables: [String: Value] = [:]) throws(ExpressionError) -> String {
        try JSONWriter.text(value(source, variables)).string
    }

    /// What goes wrong, or `nil` where nothing does.
    static func failure(_ source: String, _ variables: [String: Value] = [:]) -> ExpressionError? {
        do throws(ExpressionError) {
            _ = try result(source, variables)
            return nil
        } catch {
            return error
        }
    }

    static func json(_ text: String) throws -> Value {
        guard let value = JSONReader.value(of: ByteText(text)) else { throw NotJSON(text: text) }
        return value
    }

    struct NotJSON: Error {
        let text: String
    }
}
