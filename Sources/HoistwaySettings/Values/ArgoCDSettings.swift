package import HoistwayModel

/// `argocd` of our own file, for the whole program or one project; `nil` keeps the value above, or the default.
package struct ArgoCDSettings: Sendable, Equatable {
    /// A key of `kubernetes.clusters`; by default the only cluster.
    package var cluster: String?
    package var namespace: String?
    /// For the whole program only.
    package var instance: String?
    /// For the whole program only.
    package var acceptsKargoAnnotation: Bool?
    package var refreshes: Bool?
    /// Has an effect only where the project has no cluster.
    package var whenMissing: MissingArgoCD?

    package init(
        cluster: String? = nil,
        namespace: String? = nil,
        instance: String? = nil,
        acceptsKargoAnnotation: Bool? = nil,
        refreshes: Bool? = nil,
        whenMissing: MissingArgoCD? = nil
    ) {
        self.cluster = cluster
        self.namespace = namespace
        self.instance = instance
        self.acceptsKargoAnnotation = acceptsKargoAnnotation
        self.refreshes = refreshes
        self.whenMissing = whenMissing
    }
}

extension Settings {
    /// `argocd.whenMissing`: a step that cannot act fails.
    package static let defaultMissingArgoCD = MissingArgoCD.fail

    /// How the stages of a project use Argo CD: each key of its own overrides that of the whole program.
    package func argocdOptions(of project: String) -> ArgoCDOptions {
        let own = projects[project]?.argocd ?? ArgoCDSettings()
        let defaults = ArgoCDOptions()
        return ArgoCDOptions(
            cluster: own.cluster ?? argocd.cluster ?? onlyCluster,
            namespace: own.namespace ?? argocd.namespace ?? defaults.namespace,
            instance: argocd.instance ?? defaults.instance,
            acceptsKargoAnnotation: argocd.acceptsKargoAnnotation ?? defaults.acceptsKargoAnnotation,
            refreshes: own.refreshes ?? argocd.refreshes ?? defaults.refreshes
        )
    }

    /// How the Argo CD steps of a project act while it has no cluster.
    package func missingArgoCD(of project: String) -> MissingArgoCD {
        projects[project]?.argocd?.whenMissing ?? argocd.whenMissing ?? Self.defaultMissingArgoCD
    }

    /// The cluster whose Applications are all refreshed when a push concerns them; `nil`: none.
    package var refreshedCluster: String? {
        argocd.refreshes == true ? argocd.cluster ?? onlyCluster : nil
    }

    /// With one cluster, nobody has to choose.
    private var onlyCluster: String? { clusters.count == 1 ? clusters.first?.name : nil }
}
