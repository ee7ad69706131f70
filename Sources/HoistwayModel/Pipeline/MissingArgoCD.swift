/// What a step that talks to Argo CD does while no cluster is configured: `argocd.whenMissing` of our own file.
package enum MissingArgoCD: String, Sendable, Codable, CaseIterable {
    /// The step fails, and with it the promotion.
    case fail
    /// The step is skipped, and its message says so.
    case skip
}
