package import HoistwayModel

/// The step at which a promotion failed, or at which it fails until another try succeeds.
package struct FailedStepView: Sendable, Codable, Equatable {
    package var alias: String
    /// The step's kind: `git-push`.
    package var uses: String

    package init(_ step: StepName) {
        alias = step.alias
        uses = step.uses
    }

    /// For people: `step push (git-push)`; `step 8 (git-push)` where the manifest gives it no name.
    package var words: String {
        guard alias != uses else { return "step \(uses)" }
        return alias.hasPrefix("step-") ? "step \(alias.dropFirst(5)) (\(uses))" : "step \(alias) (\(uses))"
    }
}
