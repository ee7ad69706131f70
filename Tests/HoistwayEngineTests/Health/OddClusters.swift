import HoistwayModel
import HoistwayPorts
import HoistwayTestKit

/// One cluster that never answers, until whoever asks gives up.
struct HangingClusters: ArgoCDClusters {
    let argocd: InMemoryArgoCD
    let dead: String

    func cluster(_ name: String) -> (any ArgoCDCluster)? {
        guard name == dead else { return argocd.cluster(name) }
        return argocd.cluster(name).map { OddCluster(real: $0, hangs: true) }
    }

    var applications: any ApplicationWatch { argocd.applications }
}

/// Clusters in which RBAC does not allow to write.
struct RefusingClusters: ArgoCDClusters {
    let argocd: InMemoryArgoCD
    let refresh: ArgoCDFailure

    func cluster(_ name: String) -> (any ArgoCDCluster)? {
        argocd.cluster(name).map { OddCluster(real: $0, refresh: refresh) }
    }

    var applications: any ApplicationWatch { argocd.applications }
}

/// A watch that has not seen what has changed since.
struct LaggingClusters: ArgoCDClusters {
    let argocd: InMemoryArgoCD
    let seen: Application

    func cluster(_ name: String) -> (any ArgoCDCluster)? { argocd.cluster(name) }

    var applications: any ApplicationWatch { LaggingWatch(seen: seen) }

    private struct LaggingWatch: ApplicationWatch {
        let seen: Application

        func application(_ address: ApplicationAddress) -> Application? { address.key == seen.key ? seen : nil }
        func applications(of cluster: String) -> [Application] { [seen] }
        func standing(of cluster: String) -> ApplicationWatchStanding { .current }
        func changes() -> AsyncStream<ApplicationNews> { AsyncStream { _ in } }
    }
}

/// A watch that tells nothing of one namespace, though it follows the others of its cluster.
struct UnwatchedNamespace: ArgoCDClusters {
    let argocd: InMemoryArgoCD
    let namespace: String
    let standing: ApplicationWatchStanding

    func cluster(_ name: String) -> (any ArgoCDCluster)? { argocd.cluster(name) }

    var applications: any ApplicationWatch { Watch(all: self) }

    private struct Watch: ApplicationWatch {
        let all: UnwatchedNamespace

        func application(_ address: ApplicationAddress) -> Application? {
            address.key.namespace == all.namespace ? nil : all.argocd.application(address)
        }
        func applications(of cluster: String) -> [Application] {
            all.argocd.applications(of: cluster).filter { $0.key.namespace != all.namespace }
        }
        func standing(of cluster: String) -> ApplicationWatchStanding { all.argocd.standing(of: cluster) }
        func standing(of cluster: String, in namespace: String) -> ApplicationWatchStanding {
            namespace == all.namespace ? all.standing : .current
        }
        func changes() -> AsyncStream<ApplicationNews> { all.argocd.changes() }
    }
}

private struct OddCluster: ArgoCDCluster {
    let real: any ArgoCDCluster
    var hangs = false
    var refresh: ArgoCDFailure?

    func application(_ key: ApplicationKey) async throws(ArgoCDFailure) -> Application? {
        // Ends with the task that asks.
        if hangs { try? await Task.sleep(for: .seconds(3600)) }
        return try await real.application(key)
    }

    func applications(in namespace: String, _ selector: LabelSelector) async throws(ArgoCDFailure) -> [Application] {
        try await real.applications(in: namespace, selector)
    }

    func start(_ update: ApplicationUpdate, of application: Application) async throws(ArgoCDFailure) -> Application {
        try await real.start(update, of: application)
    }

    func refresh(_ key: ApplicationKey, isHard: Bool, hydrates: Bool, at moment: Timestamp) async throws(ArgoCDFailure)
    {
        if let refresh { throw refresh }
        try await real.refresh(key, isHard: isHard, hydrates: hydrates, at: moment)
    }

    func appProject(_ name: String, in namespace: String) async throws(ArgoCDFailure) -> AppProject? {
        try await real.appProject(name, in: namespace)
    }
}
