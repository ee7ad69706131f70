/// Evaluates `freightCreationCriteria`: the composition gives the evaluator, since the model has no expression
/// language.
package struct FreightCriteria: Sendable {
    package enum Answer: Sendable, Equatable {
        case met
        case notMet
        /// The expression gives no boolean result: no freight is made. With the reason, for people.
        case failed(String)
    }

    private let evaluate: @Sendable (_ expression: String, _ artifacts: [Artifact], _ now: Timestamp) -> Answer

    package init(_ evaluate: @escaping @Sendable (String, [Artifact], Timestamp) -> Answer) {
        self.evaluate = evaluate
    }

    /// For places without an evaluator of expressions: no criteria are met.
    package static let unavailable = FreightCriteria { _, _, _ in .failed("expressions cannot be evaluated here") }

    package func answer(to expression: String, of artifacts: [Artifact], now: Timestamp) -> Answer {
        evaluate(expression, artifacts, now)
    }
}
