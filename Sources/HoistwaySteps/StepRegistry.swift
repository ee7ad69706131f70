package import HoistwayModel

/// The steps that run.
package enum StepRegistry {
    private static let types: [String: any PromotionStep.Type] = {
        let all: [any PromotionStep.Type] = [
            GitCloneStep.self, GitClearStep.self, CopyStep.self, KustomizeSetImageStep.self, GitCommitStep.self,
            GitPushStep.self,
        ]
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }()

    package static var names: [String] { types.keys.sorted() }

    static func step(_ template: StepTemplate) throws(StepFailure) -> any PromotionStep {
        if StepCatalogue.needingCluster.contains(template.uses) { return ClusterStep(template) }
        guard let type = types[template.uses] else { throw .unknownStep(template.uses) }
        return try type.init(config: template.config)
    }

    /// What is wrong with a step's configuration, as far as it can be told without running it.
    package static func problem(with template: StepTemplate) -> StepFailure? {
        do throws(StepFailure) {
            _ = try step(template)
            return nil
        } catch {
            return error
        }
    }
}
