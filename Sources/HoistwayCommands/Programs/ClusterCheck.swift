import HoistwayArgoCD
import HoistwayKubernetes
import HoistwayModel
import HoistwayPorts
import HoistwaySettings
import Logging

/// The results of `check` about clusters.
struct ClusterCheck {
    /// For people: what there is in each cluster; empty where none was asked.
    private(set) var lines: [String] = []
    private(set) var problems: [Problem] = []

    /// Reads the kubeconfigs; contacts nobody.
    ///
    /// The service account of a pod is not looked for: this machine may be another one than the server's.
    init(of settings: Settings) {
        for cluster in settings.clusters where cluster.file != nil {
            do throws(KubeconfigFailure) {
                _ = try cluster.clusterAccess()
            } catch {
                problems.append(
                    Problem(
                        severity: .error,
                        place: cluster.place,
                        message: "the cluster \(cluster.name) cannot be used: \(error.message)",
                        hint: error.hint
                    )
                )
            }
        }
    }

    /// Counts the Applications of each cluster; a cluster that refuses this is a warning.
    mutating func connect(_ composition: Composition) async {
        let clusters = composition.clusters(log: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() })
        for settings in composition.settings.clusters {
            guard let cluster = clusters.cluster(settings.name) else { continue }
            for namespace in composition.namespaces(of: settings.name) {
                do throws(ArgoCDFailure) {
                    let count = try await cluster.applications(in: namespace, LabelSelector()).count
                    let noun = count == 1 ? "Application" : "Applications"
                    lines.append("cluster \(settings.name): \(count) \(noun) in \(namespace)")
                } catch {
                    problems.append(
                        Problem(
                            severity: .warning,
                            place: settings.place,
                            message: error.message,
                            hint: error.hint
                        )
                    )
                }
            }
        }
        await clusters.shutdown()
    }
}
