package import HoistwayModel
package import HoistwayPorts

/// How the steps of one promotion reach Argo CD.
package struct ArgoCDAccess: Sendable {
    /// Whether a live revision has a desired one below it.
    package typealias Containing =
        @Sendable (_ desired: String, _ live: String, _ source: ApplicationSource) async -> RevisionStanding

    /// A key of `kubernetes.clusters`.
    package var name: String
    /// `nil`: the cluster is configured, but cannot be asked, as in a dry run without it.
    package var cluster: (any ArgoCDCluster)?
    /// Of the promotion's project.
    package var options: ArgoCDOptions
    /// Whether the state has a promotion of that name.
    package var knows: @Sendable (PromotionID) -> Bool
    package var contains: Containing

    package init(
        name: String,
        cluster: (any ArgoCDCluster)?,
        options: ArgoCDOptions,
        knows: @escaping @Sendable (PromotionID) -> Bool = { _ in false },
        contains: @escaping Containing = { desired, live, _ in
            desired == live ? .contained : .unknown("nobody can be asked")
        }
    ) {
        self.name = name
        self.cluster = cluster
        self.options = options
        self.knows = knows
        self.contains = contains
    }
}

/// Runs calls to a cluster, and turns their errors into step failures.
func inCluster<Result>(
    _ body: () async throws(ArgoCDFailure) -> Result
) async throws(StepFailure) -> Result {
    do throws(ArgoCDFailure) {
        return try await body()
    } catch {
        throw .argocd(error)
    }
}
