package import HoistwayModel

/// Reads Image Updater's objects in a cluster.
package protocol ImageUpdaterObjects: Sendable {
    /// The `ImageUpdater` resources of one namespace, and the Deployments that may run its controller.
    ///
    /// A cluster without this resource type has no such resources.
    func imageUpdaterObjects(in namespace: String) async throws(ArgoCDFailure) -> [ConfigValue]
}
