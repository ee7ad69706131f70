package import HoistwayModel

/// The Applications of Argo CD in one cluster.
///
/// Every call sends requests to the cluster; each is bounded in time.
package protocol ArgoCDCluster: Sendable {
    /// `nil`: there is no such Application.
    func application(_ key: ApplicationKey) async throws(ArgoCDFailure) -> Application?

    /// The Applications of one namespace that the selector matches, in the order of their names.
    func applications(in namespace: String, _ selector: LabelSelector) async throws(ArgoCDFailure) -> [Application]

    /// Writes the update if the Application has not changed since it was read.
    ///
    /// - Throws: ``ArgoCDFailure/conflict(_:)`` where it has changed since.
    /// - Returns: the Application after the write.
    func start(_ update: ApplicationUpdate, of application: Application) async throws(ArgoCDFailure) -> Application

    /// Asks Argo CD to compare the Application now: sets `argocd.argoproj.io/refresh`.
    ///
    /// - Parameters:
    ///   - isHard: whether Argo CD must not use its caches of manifests.
    ///   - moment: the value of `argocd.argoproj.io/refresh-timestamp`.
    ///   - hydrates: whether the source hydrator renders again too: sets `argocd.argoproj.io/hydrate`, with its
    ///     timestamp.
    func refresh(
        _ key: ApplicationKey,
        isHard: Bool,
        hydrates: Bool,
        at moment: Timestamp
    ) async throws(ArgoCDFailure)

    /// `nil`: there is no such AppProject.
    func appProject(_ name: String, in namespace: String) async throws(ArgoCDFailure) -> AppProject?
}

extension ArgoCDCluster {
    /// Refreshes an Application whose source hydrator need not render again.
    package func refresh(_ key: ApplicationKey, isHard: Bool, at moment: Timestamp) async throws(ArgoCDFailure) {
        try await refresh(key, isHard: isHard, hydrates: false, at: moment)
    }
}

/// The clusters that the configuration names.
package protocol ArgoCDClusters: Sendable {
    /// `nil`: the configuration names no such cluster.
    func cluster(_ name: String) -> (any ArgoCDCluster)?

    /// The Applications that the watches have seen last.
    var applications: any ApplicationWatch { get }
}
