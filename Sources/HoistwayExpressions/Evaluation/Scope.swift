/// The data for an expression: variables, functions of the host, and the services that builtins need.
package struct Scope: Sendable {
    package typealias HostFunction = @Sendable ([Value]) throws(ExpressionError) -> Value

    /// A name that is missing is nil.
    package var variables: [String: Value]
    /// The value of `$env`, whose fields are the variables, in place of `variables`: a document whose root need not be
    /// a map.
    package var environment: Value?
    package var functions: [String: HostFunction]
    /// Matches RE2 expressions, unanchored; `nil`: the pattern does not compile.
    package var matches: @Sendable (_ pattern: String, _ text: String) -> Bool?
    /// The current time; the host fixes it where a result must be repeatable.
    package var now: @Sendable () -> Moment
    /// A time zone of the time zone database, by name; `nil`: unknown.
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
