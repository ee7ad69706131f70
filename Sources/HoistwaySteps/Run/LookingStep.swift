import HoistwayModel

/// A step that reads another system before it writes there, and may wait for it.
///
/// Each pass begins with a look: earlier actions are found there, not in the stored state. A pass that has to write,
/// but must not yet, gives ``LookingPass/wantsToWrite``; the intent is stored, and the next pass looks again, and
/// writes. What a waiting pass stores for the next one is ``StepOutcome/memory``.
protocol LookingStep: Sendable {
    /// - Parameter mayWrite: whether the intent to write is stored.
    func pass(in context: StepContext, mayWrite: Bool) async throws(StepFailure) -> LookingPass
    /// What the step would do, for people; it reads, and writes nothing.
    func preview(in context: StepContext) async throws(StepFailure) -> String
    /// What the step has changed elsewhere before the program ended during a write; it reads, and writes nothing.
    func traces(in context: StepContext) async throws(StepFailure) -> StepTrace
}

/// The result of one pass of such a step.
enum LookingPass: Sendable {
    case outcome(StepOutcome)
    /// It failed after it had read a pull request.
    case failed(StepFailure, seen: PromotedPull)
    /// The step has to write, but this pass must not.
    ///
    /// - Parameters:
    ///   - remembering: stored with the intent, for the pass that settles it.
    ///   - merging: the merge that it wants, which must be checked; `nil`: it wants something else.
    case wantsToWrite(remembering: ConfigValue? = nil, merging: MergeRequest? = nil)
}
