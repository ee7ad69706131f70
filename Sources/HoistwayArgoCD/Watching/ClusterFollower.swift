import HoistwayKubernetes
import HoistwayModel
import HoistwayPorts
import Logging

/// Follows the Applications of one namespace of one cluster for as long as it runs.
struct ClusterFollower: Sendable {
    let client: KubernetesClient
    let namespace: String
    let generation: Int
    let watched: WatchedClusters
    let clock: any WallClock
    let metrics: ClusterMetrics
    let log: Logger

    private var cluster: String { client.cluster }

    func run() async {
        let isAll = namespace == ClusterNamespaces.all
        let reflector = Reflector(
            client,
            .applications,
            ObjectSelection(namespace: isAll ? nil : namespace),
            as: ApplicationDocument.self,
            clock: clock
        )
        var state = WatchedClusters.NamespaceState()
        var unreadable: Set<ClusterObjectKey> = []
        await reflector.run { event in
            switch event {
            case .listed(let object), .added(let object), .modified(let object): take(object, &unreadable)
            case .deleted(let metadata):
                unreadable.remove(metadata.key)
                watched.remove(ApplicationKey(metadata.key), of: cluster, generation)
            case .synced: connect(&state)
            case .disconnected(let failure): disconnect(failure, &state)
            }
        }
    }

    private func take(_ object: ReadObject<ApplicationDocument>, _ unreadable: inout Set<ClusterObjectKey>) {
        switch object {
        case .object(let object):
            unreadable.remove(object.metadata.key)
            watched.put(object.value.application, of: cluster, generation)
        case .unreadable(let metadata, let reason):
            // The former state may be old: the Application counts as not known.
            watched.remove(ApplicationKey(metadata.key), of: cluster, generation)
            guard unreadable.count < Self.maxUnreadable, unreadable.insert(metadata.key).inserted else { return }
            tell("an Application cannot be read: it counts as not there", metadata.key.description, reason)
        }
    }

    /// Number of Applications with a logged warning.
    private static let maxUnreadable = 100

    private func connect(_ state: inout WatchedClusters.NamespaceState) {
        let wasBroken = if case .broken = state.standing { true } else { false }
        state = WatchedClusters.NamespaceState(standing: .current, isListed: true)
        watched.note(state, namespace, of: cluster, generation)
        if wasBroken {
            log.info("a cluster's Applications are followed again", metadata: place)
        }
    }

    private func disconnect(_ failure: KubernetesFailure, _ state: inout WatchedClusters.NamespaceState) {
        let wasBroken = if case .broken = state.standing { true } else { false }
        let since = if case .broken(let since, _) = state.standing { since } else { clock.now() }
        let reason = ArgoCDFailure(failure)
        state.standing = .broken(since: since, reason: reason.message)
        state.isForbidden = failure.reason == .forbidden
        watched.note(state, namespace, of: cluster, generation)
        guard !wasBroken else { return }
        metrics.broke()
        var metadata = place
        metadata["error"] = "\(reason.message)"
        if let hint = failure.hint ?? reason.hint { metadata["hint"] = "\(hint)" }
        log.warning("a cluster's Applications cannot be followed", metadata: metadata)
    }

    private func tell(_ what: String, _ application: String, _ reason: String) {
        var metadata = place
        metadata["application"] = "\(ShownText.bare(application))"
        metadata["error"] = "\(ShownText.bare(reason))"
        log.warning("\(what)", metadata: metadata)
    }

    private var place: Logger.Metadata {
        ["cluster": "\(cluster)", "namespace": "\(namespace == ClusterNamespaces.all ? "*" : namespace)"]
    }
}
