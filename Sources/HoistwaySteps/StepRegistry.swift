package import HoistwayModel

/// The known steps, and what each needs.
package enum StepRegistry {
    private static let types: [String: any PromotionStep.Type] = {
        let all: [any PromotionStep.Type] = [
            KustomizeBuildStep.self, HelmTemplateStep.self, HelmUpdateChartStep.self,
            GitCloneStep.self, GitClearStep.self, CopyStep.self, KustomizeSetImageStep.self, GitCommitStep.self,
            GitPushStep.self, GitTagStep.self,
            YAMLUpdateStep.self, JSONUpdateStep.self, TOMLUpdateStep.self,
            YAMLParseStep.self, JSONParseStep.self, TOMLParseStep.self, YAMLMergeStep.self,
            DeleteStep.self, FileWriteStep.self, ComposeOutputStep.self, FailStep.self, HelmUpdateImageStep.self,
            FluxSettersStep.self, TarStep.self, UntarStep.self, HTTPDownloadStep.self,
            OCIDownloadStep.self, OCIPushStep.self,
            HTTPStep.self, SendMessageStep.self, SetMetadataStep.self, SetFreightAliasStep.self,
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.schema.name, $0) })
    }()

    private static let clusterTypes: [String: any ClusterStep.Type] = [
        ArgoCDUpdateStep.schema.name: ArgoCDUpdateStep.self, ArgoCDWaitStep.schema.name: ArgoCDWaitStep.self,
    ]

    private static let pullRequestTypes: [String: any PullRequestStep.Type] = [
        GitOpenPRStep.schema.name: GitOpenPRStep.self, GitWaitForPRStep.schema.name: GitWaitForPRStep.self,
        GitMergePRStep.schema.name: GitMergePRStep.self,
    ]

    package static var names: [String] { schemas.keys.sorted() }

    /// By the step's name.
    package static let schemas: [String: StepSchema] =
        types.mapValues { $0.schema }.merging(clusterTypes.mapValues { $0.schema }) { _, cluster in cluster }
        .merging(pullRequestTypes.mapValues { $0.schema }) { _, forge in forge }

    /// Whether steps of that name need the promotion's workspace.
    package static func usesFiles(_ uses: String) -> Bool { kind(of: uses)?.usesFiles ?? false }

    /// Whether steps of that name ask Argo CD, where a cluster is configured.
    package static func asksCluster(_ uses: String) -> Bool { kind(of: uses) == .cluster }

    /// Whether steps of that name ask a Git host about pull requests.
    package static func asksForge(_ uses: String) -> Bool { kind(of: uses) == .forge }

    /// Whether steps of that name push.
    package static func pushes(_ uses: String) -> Bool { kind(of: uses) == .push }

    /// Whether a promotion of these steps may act on other systems before the last of its pushes.
    ///
    /// Steps that change the own state count too: their changes are stored before the promotion continues.
    package static func actsBeforeLastPush(_ steps: [StepTemplate]) -> Bool {
        guard let last = steps.lastIndex(where: { pushes($0.uses) }) else { return false }
        return steps[..<last].contains { step in
            switch kind(of: step.uses) {
            case .push, .effect, .cluster, .forge: true
            case .pure: SetMetadataStep.schema.name == step.uses || SetFreightAliasStep.schema.name == step.uses
            case .workspace, .program, .download, nil: false
            }
        }
    }

    /// `nil`: there is no such step.
    static func kind(of uses: String) -> StepSchema.Kind? { schemas[uses]?.kind }

    /// The program that a step runs; `nil` where it runs none.
    package static func program(of uses: String) -> ForeignProgram? {
        (types[uses] as? any ProgramStep.Type)?.program
    }

    /// - Parameter template: without expressions.
    static func run(_ template: StepTemplate, in context: StepContext) async throws(StepFailure) -> StepOutcome {
        if kind(of: template.uses) == .cluster {
            // A step that the operator skips is skipped whatever its configuration is.
            if template.missingArgoCD == .fail, let problem = problem(with: template) { throw problem }
            return try await MissingClusterStep(template).run(in: context)
        }
        var context = context
        context.alias = template.alias
        return try await step(template).run(in: context)
    }

    /// Where a step runs that reads another system before it acts.
    ///
    /// `nil`: steps of that name do not, or that system is not configured.
    static func placeOfLook(_ uses: String, in context: StepContext) -> StepPlace? {
        switch kind(of: uses) {
        case .cluster: context.argocd.map { .cluster($0.name) }
        case .forge: .pullRequests(project: context.stage.project)
        case .pure, .workspace, .program, .download, .push, .effect, nil: nil
        }
    }

    /// A step for which ``placeOfLook(_:in:)`` gives a place.
    ///
    /// - Parameter template: without expressions.
    static func lookingStep(
        _ template: StepTemplate,
        in context: StepContext
    ) throws(StepFailure) -> any LookingStep {
        if let type = pullRequestTypes[template.uses] {
            if let problem = problem(with: template) { throw problem }
            return PullRequestLook(config: StepConfiguration(passed: template.config), type: type, uses: template.uses)
        }
        guard let access = context.argocd, let type = clusterTypes[template.uses] else {
            throw .unknownStep(template.uses)
        }
        if let problem = problem(with: template) { throw problem }
        return ClusterLook(step: type.init(template), template: template, access: access)
    }

    /// What such a step has changed elsewhere before the program ended during a write.
    ///
    /// It reads, and writes nothing.
    ///
    /// - Parameter template: without expressions.
    package static func traces(of template: StepTemplate, in context: StepContext) async -> StepTrace {
        var context = context
        context.alias = template.alias
        context.memory = context.promotion.record(of: template)?.memory
        do throws(StepFailure) {
            let found = try await lookingStep(template, in: context).traces(in: context)
            return StepTrace("the program ended while this was under way: \(found.text)", pull: found.pull)
        } catch {
            return StepTrace("\(StepRecord.unknownEnd): \(error.description)")
        }
    }

    /// What a step for a pull request would do, for people.
    ///
    /// - Parameter template: expressions in it are not known yet.
    static func previewOfPullRequest(_ template: StepTemplate) -> String {
        let known = (template.config.map ?? [:]).filter { $0.value.firstExpression() == nil }
        return pullRequestTypes[template.uses]?.preview(StepConfiguration(passed: .map(known)))
            ?? "would run \(template.uses)"
    }

    /// What an effect would do, for people.
    static func preview(of template: StepTemplate, in context: StepContext) throws(StepFailure) -> String {
        try step(template).preview(in: context) ?? "would run \(template.uses)"
    }

    private static func step(_ template: StepTemplate) throws(StepFailure) -> any PromotionStep {
        guard let type = types[template.uses] else { throw .unknownStep(template.uses) }
        if let problem = problem(with: template) { throw problem }
        return type.init(StepConfiguration(passed: template.config))
    }

    /// The problem with a step's configuration, as far as it is known without running the step.
    package static func problem(with template: StepTemplate) -> StepFailure? {
        guard let schema = schemas[template.uses] else { return .unknownStep(template.uses) }
        guard let problem = schema.problems(with: template.config).first else { return nil }
        return .config(step: template.uses, path: problem.path.description, problem: problem.message)
    }
}
