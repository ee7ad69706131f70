/// An answer to "why": the verdict, then each rule, in order.
package struct Explanation: Sendable, Codable, Equatable {
    package var stage: String
    package var freight: String?
    /// One sentence.
    package var verdict: String
    package var lines: [String]
    /// What to do to change it.
    package var hint: String?
    /// The dispatcher's rules for the freight of each warehouse, in their order.
    package var verdicts: [VerdictView]

    package init(
        stage: String,
        freight: String?,
        verdict: String,
        lines: [String],
        hint: String? = nil,
        verdicts: [VerdictView] = []
    ) {
        self.stage = stage
        self.freight = freight
        self.verdict = verdict
        self.lines = lines
        self.hint = hint
        self.verdicts = verdicts
    }
}
