package import HoistwayModel

/// The steps that run.
package enum StepRegistry {
    private static let types: [String: any PromotionStep.Type] = {
        let all: [any PromotionStep.Type] = [
            KustomizeBuildStep.self, HelmTemplateStep.self,
            GitCloneStep.self, GitClearStep.self, CopyStep.self, KustomizeSetImageStep.self, GitCommitStep.self,
            GitPushStep.self, GitTagStep.self,
            YAMLUpdateStep.self, JSONUpdateStep.self, YAMLParseStep.self, JSONParseStep.self, YAMLMergeStep.self,
            DeleteStep.self, FileWriteStep.self, ComposeOutputStep.self, FailStep.self, HelmUpdateImageStep.self,
            HTTPStep.self, SetMetadataStep.self, SetFreightAliasStep.self,
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.schema.name, $0) })
    }()

    package static var names: [String] { types.keys.sorted() }

    /// By the step's name.
    package static var schemas: [String: StepSchema] { types.mapValues { $0.schema } }

    /// Whether steps of that name need the promotion's workspace.
    package static func usesFiles(_ uses: String) -> Bool { kind(of: uses)?.usesFiles ?? false }

    /// `nil`: a step that needs a cluster, or one that does not exist.
    static func kind(of uses: String) -> StepSchema.Kind? { types[uses]?.schema.kind }

    /// What a step runs; `nil` where it runs no program.
    package static func program(of uses: String) -> ForeignProgram? {
        (types[uses] as? any ProgramStep.Type)?.program
    }

    /// - Parameter template: without expressions.
    static func run(_ template: StepTemplate, in context: StepContext) async throws(StepFailure) -> StepOutcome {
        if StepCatalogue.needingCluster.contains(template.uses) {
            return try await ClusterStep(template).run(in: context)
        }
        var context = context
        context.alias = template.alias
        return try await step(template).run(in: context)
    }

    /// What an effect would do, for people.
    static func preview(of template: StepTemplate, in context: StepContext) throws(StepFailure) -> String {
        try step(template).preview(in: context) ?? "would run \(template.uses)"
    }

    private static func step(_ template: StepTemplate) throws(StepFailure) -> any PromotionStep {
        guard let type = types[template.uses] else { throw .unknownStep(template.uses) }
        if let problem = type.schema.problems(with: template.config).first {
            throw .config(step: template.uses, path: problem.path.description, problem: problem.message)
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
