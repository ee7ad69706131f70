import HoistwayModel

/// A step that is about a pull request, with the repository that it looks at.
struct PullRequestLook: LookingStep {
    let config: StepConfiguration
    let type: any PullRequestStep.Type
    let uses: String

    func pass(in context: StepContext, mayWrite: Bool) async throws(StepFailure) -> LookingPass {
        guard let access = context.forges else {
            throw .cannotAct("\(uses) cannot act: no Git host's pull requests can be reached", hint: nil)
        }
        return try await type.init(config).run(try PullRequestPass(context, access, config, mayWrite: mayWrite))
    }

    func traces(in context: StepContext) async throws(StepFailure) -> String {
        guard let access = context.forges else {
            throw .cannotAct("no Git host's pull requests can be reached", hint: nil)
        }
        return try await type.init(config).traces(try PullRequestPass(context, access, config, mayWrite: false))
    }

    func preview(in context: StepContext) async throws(StepFailure) -> String { type.preview(config) }
}
