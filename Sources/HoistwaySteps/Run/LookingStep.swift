import HoistwayModel

/// A step that looks at what is outside before it writes there, and may wait for it.
///
/// Each pass begins with a look: what was done before is found there, and not in what was stored. A pass that finds
/// something to write and must not yet gives ``LookingPass/wantsToWrite``; the intent is stored, and the next pass looks
/// again, and writes. What a waiting pass keeps for the next one is ``StepOutcome/memory``.
protocol LookingStep: Sendable {
    /// - Parameter mayWrite: whether the intent to write is stored.
    func pass(in context: StepContext, mayWrite: Bool) async throws(StepFailure) -> LookingPass
    /// What the step would do, for people; it reads, and writes nothing.
    func preview(in context: StepContext) async throws(StepFailure) -> String
    /// What the step has left outside where the program ended while it wrote; it reads, and writes nothing.
    func traces(in context: StepContext) async throws(StepFailure) -> StepTrace
}

/// What one pass of a step that looks first has come to.
enum LookingPass: Sendable {
    case outcome(StepOutcome)
    /// It failed after it had seen a pull request.
    case failed(StepFailure, seen: PromotedPull)
    /// The step has something to write, and this pass must not.
    ///
    /// - Parameters:
    ///   - remembering: kept with the intent, for the pass that settles it.
    ///   - merging: the merge that it wants, which has to be judged; `nil`: it wants something else.
    case wantsToWrite(remembering: ConfigValue? = nil, merging: MergeRequest? = nil)
}
