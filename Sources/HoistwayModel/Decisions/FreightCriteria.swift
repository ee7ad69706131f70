/// Evaluates `freightCreationCriteria`: what the model knows no language for is given by the composition.
package struct FreightCriteria: Sendable {
    package enum Answer: Sendable, Equatable {
        case met
        case notMet
        /// The expression has no result that is true or false: no freight is made. With the reason, for people.
        case failed(String)
    }

    private let evaluate: @Sendable (_ expression: String, _ artifacts: [Artifact], _ now: Timestamp) -> Answer

    package init(_ evaluate: @escaping @Sendable (String, [Artifact], Timestamp) -> Answer) {
        self.evaluate = evaluate
    }

    /// Where nothing can evaluate expressions: no criteria are met.
    package static let unavailable = FreightCriteria { _, _, _ in .failed("expressions cannot be evaluated here") }

    package func answer(to expression: String, of artifacts: [Artifact], now: Timestamp) -> Answer {
        evaluate(expression, artifacts, now)
    }
}
