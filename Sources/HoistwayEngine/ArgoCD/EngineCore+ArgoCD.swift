import HoistwayModel
import HoistwayPorts
import HoistwaySteps

extension EngineCore {
    /// How the steps of a project access Argo CD; `nil`: no cluster is configured for it.
    func argocdAccess(of project: String) async -> ArgoCDAccess? {
        let options = configuration.argocd(project)
        guard let name = options.cluster else { return nil }
        let promotions = await ledger.snapshot.promotions
        return ArgoCDAccess(
            name: name,
            cluster: ports.argocd?.cluster(name),
            options: options,
            knows: { promotions[$0] != nil },
            contains: { desired, live, source in
                await self.revisions.standing(of: live, toward: desired, source: source, project: project)
            }
        )
    }

    /// The cluster that the promotion's next step asks; `nil`: it asks no cluster.
    func cluster(of step: StepTemplate?, in project: String) -> String? {
        guard let step, StepRegistry.asksCluster(step.uses) else { return nil }
        return configuration.argocd(project).cluster
    }

    /// Where the promotion's next step runs: in its lane or outside it.
    func place(of step: StepTemplate?, in project: String) -> StepPlace {
        if let cluster = cluster(of: step, in: project) { return .cluster(cluster) }
        return step.map { StepRegistry.asksForge($0.uses) } ?? false ? .pullRequests(project: project) : .general
    }
}
