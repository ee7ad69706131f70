/// The Argo CD settings for the stages of one project: the project's own override the top level's `argocd`.
package struct ArgoCDOptions: Sendable, Equatable {
    /// A key of `kubernetes.clusters`; `nil`: no cluster is configured for the project.
    package var cluster: String?
    /// The namespace of Applications when a step names none.
    package var namespace: String
    /// Our own name in `hoistway.dev/authorized-stage: [instance/]project:stage`; empty: there is none.
    package var instance: String
    /// Whether `kargo.akuity.io/authorized-stage` counts.
    package var acceptsKargoAnnotation: Bool
    /// Whether Applications are refreshed when a push affects them.
    package var refreshes: Bool

    package init(
        cluster: String? = nil,
        namespace: String = "argocd",
        instance: String = "",
        acceptsKargoAnnotation: Bool = true,
        refreshes: Bool = false
    ) {
        self.cluster = cluster
        self.namespace = namespace
        self.instance = instance
        self.acceptsKargoAnnotation = acceptsKargoAnnotation
        self.refreshes = refreshes
    }
}
