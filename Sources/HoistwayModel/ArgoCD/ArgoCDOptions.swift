/// How the stages of one project deal with Argo CD: the top level's `argocd` with the project's own in front.
package struct ArgoCDOptions: Sendable, Equatable {
    /// A key of `kubernetes.clusters`; `nil`: no cluster is configured for the project.
    package var cluster: String?
    /// Where Applications are looked for when a step names no namespace.
    package var namespace: String
    /// Our own name in `hoistway.dev/authorized-stage: [instance/]project:stage`; empty: none.
    package var instance: String
    /// Whether `kargo.akuity.io/authorized-stage` counts.
    package var acceptsKargoAnnotation: Bool
    /// Whether Applications are refreshed when a push concerns them.
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
