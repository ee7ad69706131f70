package import HoistwayModel

/// What of Image Updater runs in a cluster.
package protocol ImageUpdaterObjects: Sendable {
    /// The `ImageUpdater` resources, and the Deployments that may be its controller's, of one namespace.
    ///
    /// A cluster that does not know the resource has none of it.
    func imageUpdaterObjects(in namespace: String) async throws(ArgoCDFailure) -> [ConfigValue]
}
