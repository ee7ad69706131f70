import HoistwayArgoCD
import HoistwayKubernetes
import HoistwayModel
import HoistwaySettings
import Logging

extension Composition {
    /// Nobody is asked anything before it runs, or is used.
    func clusters(log: Logger) -> KubernetesClusters {
        let clusters = KubernetesClusters(clock: clock, log: log)
        clusters.replace(clusterConnections)
        return clusters
    }

    /// One for each of `kubernetes.clusters`.
    var clusterConnections: [ClusterConnection] {
        settings.clusters.map { cluster in
            ClusterConnection(
                name: cluster.name,
                // A kubeconfig is read once for each client: another content is another client.
                fingerprint: "\(cluster.access) \(cluster.file.flatMap { loaded.files[$0] } ?? "")",
                namespaces: namespaces(of: cluster.name)
            ) {
                var options = KubernetesOptions()
                options.version = Version.number
                options.redactor = SentSecrets.redactor
                return KubernetesClient(cluster: cluster.name, access: try cluster.clusterAccess(), options: options)
            }
        }
    }

    /// Where the stages of a cluster's projects look for Applications, as far as that is written without expressions.
    ///
    /// Other namespaces are followed when a step has found an Application there.
    func namespaces(of cluster: String) -> [String] {
        var namespaces: Set<String> = []
        // Of no project: what holds at the top.
        let top = settings.argocdOptions(of: "")
        if top.cluster == cluster { namespaces.insert(top.namespace) }
        for project in loaded.pipelines.projects.values {
            let options = settings.argocdOptions(of: project.name)
            guard options.cluster == cluster else { continue }
            namespaces.insert(options.namespace)
            for stage in project.stages.values { namespaces.formUnion(stage.applicationNamespaces) }
        }
        return namespaces.sorted()
    }

    /// Which of the clusters a project's token may see; all for `nil`.
    func isSeen(_ cluster: String, by project: String?) -> Bool {
        project.map { settings.argocdOptions(of: $0).cluster == cluster } ?? true
    }
}

extension ClusterSettings {
    /// What its kubeconfig, or the pod's service account, says now.
    func clusterAccess() throws(KubeconfigFailure) -> ClusterAccess {
        switch access {
        case .inCluster: try ClusterAccess.inCluster()
        case .kubeconfig(let file, let context): try ClusterAccess.kubeconfig(file, context: context)
        }
    }
}

extension Stage {
    /// The namespaces that its steps name.
    fileprivate var applicationNamespaces: [String] {
        switch promotion {
        case .controlFlow: []
        case .mechanisms(let mechanisms): mechanisms.argoCDAppUpdates.map(\.appNamespace).filter { !$0.isEmpty }
        case .steps(let steps):
            steps.filter { StepCatalogue.needingCluster.contains($0.uses) }
                .flatMap { $0.config["apps"]?.list ?? [] }
                .compactMap { $0["namespace"] }
                .filter { !$0.isUnknown }
                .compactMap(\.string).filter { !$0.isEmpty }
        }
    }
}
