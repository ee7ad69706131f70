package import HoistwayModel

/// The steps that run.
package enum StepRegistry {
    private static let types: [String: any PromotionStep.Type] = {
        let all: [any PromotionStep.Type] = [
            GitCloneStep.self, GitClearStep.self, CopyStep.self, KustomizeSetImageStep.self, GitCommitStep.self,
            GitPushStep.self,
            YAMLUpdateStep.self, JSONUpdateStep.self, YAMLParseStep.self, JSONParseStep.self, YAMLMergeStep.self,
            DeleteStep.self, FileWriteStep.self, ComposeOutputStep.self, FailStep.self, HelmUpdateImageStep.self,
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.schema.name, $0) })
    }()

    package static var names: [String] { types.keys.sorted() }

    /// By the step's name.
    package static var schemas: [String: StepSchema] { types.mapValues { $0.schema } }

    static func run(_ template: StepTemplate, in context: StepContext) async throws(StepFailure) -> StepOutcome {
        if StepCatalogue.needingCluster.contains(template.uses) {
            return try await ClusterStep(template).run(in: context)
        }
        var context = context
        context.alias = template.alias
        let outcome = try await step(template).run(in: context)
        try OutputBound.check(outcome.output)
        return outcome
    }

    private static func step(_ template: StepTemplate) throws(StepFailure) -> any PromotionStep {
        guard let type = types[template.uses] else { throw .unknownStep(template.uses) }
        if let problem = type.schema.problems(with: template.config).first {
            throw .config(step: template.uses, path: problem.path.description, problem: problem.message)
        }
        // Settings refuse these already; a text that slipped through must not reach a branch name.
        if let path = template.config.firstExpression() {
            throw .config(
                step: template.uses,
                path: path.description,
                problem: "holds an expression, and expressions are not supported yet"
            )
        }
        return type.init(StepConfiguration(passed: template.config))
    }

    /// What is wrong with a step's configuration, as far as it can be told without running it.
    package static func problem(with template: StepTemplate) -> StepFailure? {
        if StepCatalogue.needingCluster.contains(template.uses) { return nil }
        guard let type = types[template.uses] else { return .unknownStep(template.uses) }
        guard let problem = type.schema.problems(with: template.config).first else { return nil }
        return .config(step: template.uses, path: problem.path.description, problem: problem.message)
    }
}
