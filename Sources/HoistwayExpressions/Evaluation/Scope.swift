/// What an expression can see: variables, functions of the host, and the outside that builtins need.
package struct Scope: Sendable {
    package typealias HostFunction = @Sendable ([Value]) throws(ExpressionError) -> Value

    /// Unknown names are nil.
    package var variables: [String: Value]
    /// What `$env` is and names are fields of, in place of `variables`: a document whose root need not be a map.
    package var environment: Value?
    package var functions: [String: HostFunction]
    /// Matches RE2 expressions, unanchored; `nil`: the pattern does not compile.
    package var matches: @Sendable (_ pattern: String, _ text: String) -> Bool?
    /// The present; the host pins it where a result must be the same again.
    package var now: @Sendable () -> Moment
    /// A place of the time zone database by its name; `nil`: unknown.
    package var location: @Sendable (_ name: String) -> Location?
    package var limits: EvaluationLimits

    package init(
        variables: [String: Value] = [:],
        functions: [String: HostFunction] = [:],
        matches: @escaping @Sendable (_ pattern: String, _ text: String) -> Bool? = { _, _ in nil },
        now: @escaping @Sendable () -> Moment = { Moment(seconds: 0) },
        location: @escaping @Sendable (_ name: String) -> Location? = { $0 == "UTC" || $0.isEmpty ? .utc : nil },
        limits: EvaluationLimits = EvaluationLimits()
    ) {
        self.variables = variables
        self.functions = functions
        self.matches = matches
        self.now = now
        self.location = location
        self.limits = limits
    }
}
