import HoistwayKubernetes
import HoistwayModel
import Metrics

/// The metrics of one cluster.
///
/// - `hoistway_cluster_requests_total{cluster, verb, result}`: requests of steps, health and refresh; `result`: `done`, or
///   the sort of failure.
/// - `hoistway_cluster_watch_breaks_total{cluster}`: watches that broke, so that the known state may be old.
/// - `hoistway_cluster_up{cluster}`: 1 while its Applications are listed and watched, else 0.
/// - `hoistway_cluster_applications{cluster}`: Applications that are known.
struct ClusterMetrics: Sendable {
    private let cluster: String
    private let breaks: Counter
    private let up: Gauge
    private let applications: Gauge

    init(cluster: String) {
        self.cluster = cluster
        let labels = [("cluster", cluster)]
        breaks = Counter(label: "hoistway_cluster_watch_breaks_total", dimensions: labels)
        up = Gauge(label: "hoistway_cluster_up", dimensions: labels)
        applications = Gauge(label: "hoistway_cluster_applications", dimensions: labels)
    }

    func asked(_ verb: KubernetesRequest.Verb) { count(verb, "done") }

    func failed(_ verb: KubernetesRequest.Verb, _ kind: FailureKind) { count(verb, kind.label) }

    func broke() { breaks.increment() }

    func show(isUp: Bool, applications count: Int) {
        up.record(isUp ? 1 : 0)
        applications.record(count)
    }

    /// Removes the series of a cluster that is no longer configured.
    func forget() {
        breaks.destroy()
        up.destroy()
        applications.destroy()
    }

    private func count(_ verb: KubernetesRequest.Verb, _ result: String) {
        Counter(
            label: "hoistway_cluster_requests_total",
            dimensions: [("cluster", cluster), ("verb", verb.rawValue), ("result", result)]
        ).increment()
    }
}
