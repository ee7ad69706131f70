import HoistwayArgoCD
import ServiceLifecycle

/// Follows the Applications of all clusters, until the engine has stopped.
struct ClusterService: Service {
    let clusters: KubernetesClusters

    func run() async throws {
        await cancelWhenGracefulShutdown { await clusters.run() }
    }
}

extension ClusterService: CustomStringConvertible {
    /// For the log of the group of services.
    var description: String { "clusters" }
}
