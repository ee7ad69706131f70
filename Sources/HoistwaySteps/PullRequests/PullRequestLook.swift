import HoistwayModel

/// A step for a pull request, with the repository that it reads.
struct PullRequestLook: LookingStep {
    let config: StepConfiguration
    let type: any PullRequestStep.Type
    let uses: String

    func pass(in context: StepContext, mayWrite: Bool) async throws(StepFailure) -> LookingPass {
        guard let access = context.forges else {
            throw .cannotAct("\(uses) cannot act: no Git host's pull requests can be reached", hint: nil)
        }
        let pass = try PullRequestPass(context, access, config, mayWrite: mayWrite)
        do throws(StepFailure) {
            return try await type.init(config).run(pass)
        } catch {
            guard let pull = pass.seen.pull else { throw error }
            return .failed(error, seen: pull)
        }
    }

    func traces(in context: StepContext) async throws(StepFailure) -> StepTrace {
        guard let access = context.forges else {
            throw .cannotAct("no Git host's pull requests can be reached", hint: nil)
        }
        let pass = try PullRequestPass(context, access, config, mayWrite: false)
        let text = try await type.init(config).traces(pass)
        return StepTrace(text, pull: pass.seen.pull)
    }

    func preview(in context: StepContext) async throws(StepFailure) -> String { type.preview(config) }
}
