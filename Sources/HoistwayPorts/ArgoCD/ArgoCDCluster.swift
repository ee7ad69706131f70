package import HoistwayModel

/// The Applications of Argo CD in one cluster.
///
/// Every call asks the cluster; each is bounded in time.
package protocol ArgoCDCluster: Sendable {
    /// `nil`: there is no such Application.
    func application(_ key: ApplicationKey) async throws(ArgoCDFailure) -> Application?

    /// Those of one namespace that the selector matches, in the order of their names.
    func applications(in namespace: String, _ selector: LabelSelector) async throws(ArgoCDFailure) -> [Application]

    /// Writes the update if the Application is as it was read.
    ///
    /// - Throws: ``ArgoCDFailure/conflict(_:)`` where somebody has changed it since.
    /// - Returns: the Application as it is after the write.
    func start(_ update: ApplicationUpdate, of application: Application) async throws(ArgoCDFailure) -> Application

    /// Asks Argo CD to compare the Application now: sets `argocd.argoproj.io/refresh`.
    ///
    /// - Parameters:
    ///   - isHard: without the caches of manifests.
    ///   - moment: the value of `argocd.argoproj.io/refresh-timestamp`.
    ///   - hydrates: has the source hydrator render again too: sets `argocd.argoproj.io/hydrate`, with its timestamp.
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
    /// Of an Application whose source hydrator need not render again.
    package func refresh(_ key: ApplicationKey, isHard: Bool, at moment: Timestamp) async throws(ArgoCDFailure) {
        try await refresh(key, isHard: isHard, hydrates: false, at: moment)
    }
}

/// The clusters that the configuration names.
package protocol ArgoCDClusters: Sendable {
    /// `nil`: the configuration names no such cluster.
    func cluster(_ name: String) -> (any ArgoCDCluster)?

    /// What the watches have seen last.
    var applications: any ApplicationWatch { get }
}
