/// The behaviour of steps for Argo CD while no cluster is configured: `argocd.whenMissing` of our own file.
package enum MissingArgoCD: String, Sendable, Codable, CaseIterable {
    /// The step fails, and with it the promotion.
    case fail
    /// The step is skipped, with a message.
    case skip
}
