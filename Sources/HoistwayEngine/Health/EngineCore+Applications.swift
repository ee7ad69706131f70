import HoistwayModel

extension EngineCore {
    /// Whether promotions to the stage update Applications of a cluster.
    func updatesApplications(_ stage: Stage) -> Bool {
        configuration.argocd(stage.key.project).cluster != nil && stage.updatesApplications
    }

    /// Whether the live revision has the desired one in its history.
    func standing(of question: RevisionQuestion, project: String) async -> RevisionStanding {
        let source = ApplicationSource(repoURL: question.repository, targetRevision: question.targetRevision)
        return await revisions.standing(
            of: question.live.hex,
            toward: question.wanted,
            source: source,
            project: project
        )
    }
}
