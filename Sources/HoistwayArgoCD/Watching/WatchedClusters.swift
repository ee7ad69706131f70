package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// The last known state from the watches of all clusters; filled by ``ClusterFollower``.
package final class WatchedClusters: ApplicationWatch {
    struct NamespaceState {
        var standing = ApplicationWatchStanding.starting
        /// Whether there has been a complete list.
        var isListed = false
        /// Whether the account may not list there: then the cluster itself is not at fault.
        var isForbidden = false
    }

    fileprivate struct Cluster {
        var shelf = ApplicationShelf()
        var namespaces: [String: NamespaceState] = [:]
        /// Counts configurations of the cluster: reports of a follower of a former one are ignored.
        var generation = 0
    }

    private struct State {
        var clusters: [String: Cluster] = [:]
        var generations = 0
        /// Called with a namespace that nobody follows yet.
        var follow: (@Sendable (String, String) -> Void)?
    }

    private let state = Mutex(State())
    private let feed: NewsFeed

    package init(feed: NewsFeed = NewsFeed()) {
        self.feed = feed
    }

    // MARK: Reading

    /// A namespace that nobody follows yet is followed from now on.
    package func application(_ address: ApplicationAddress) -> Application? {
        let (found, follow) = state.withLock { state -> (Application?, (@Sendable (String, String) -> Void)?) in
            guard let cluster = state.clusters[address.cluster] else { return (nil, nil) }
            let isNew = !cluster.isFollowing(address.key.namespace)
            return (cluster.shelf[address.key], isNew ? state.follow : nil)
        }
        follow?(address.cluster, address.key.namespace)
        return found
    }

    package func applications(of cluster: String) -> [Application] {
        state.withLock { $0.clusters[cluster]?.shelf.all ?? [] }
    }

    package func standing(of cluster: String) -> ApplicationWatchStanding {
        state.withLock { $0.clusters[cluster]?.standing ?? .absent }
    }

    package func standing(of cluster: String, in namespace: String) -> ApplicationWatchStanding {
        state.withLock { state in
            guard let cluster = state.clusters[cluster] else { return .absent }
            return (cluster.namespaces[namespace] ?? cluster.namespaces[ClusterNamespaces.all])?.standing ?? .starting
        }
    }

    package func changes() -> AsyncStream<ApplicationNews> { feed.stream() }

    /// The followed clusters, each with the number of known Applications.
    package var counts: [(cluster: String, applications: Int)] {
        state.withLock { state in
            state.clusters.map { ($0.key, $0.value.shelf.count) }.sorted { $0.0 < $1.0 }
        }
    }

    /// The followed namespaces of a cluster.
    func namespaces(of cluster: String) -> [(namespace: String, standing: ApplicationWatchStanding)] {
        state.withLock { state in
            (state.clusters[cluster]?.namespaces ?? [:]).map { ($0.key, $0.value.standing) }
        }
    }

    // MARK: Filling

    /// Called with a cluster and a namespace that nobody follows.
    func onUnknownNamespace(_ follow: @escaping @Sendable (String, String) -> Void) {
        state.withLock { $0.follow = follow }
    }

    /// Removes the known state of the cluster; gives the number that its followers must use.
    func begin(_ cluster: String) -> Int {
        let generation = state.withLock { state in
            state.generations += 1
            state.clusters[cluster] = Cluster(generation: state.generations)
            return state.generations
        }
        feed.tell(.all(cluster: cluster))
        return generation
    }

    func end(_ cluster: String) {
        state.withLock { state in state.clusters[cluster] = nil }
        feed.tell(.all(cluster: cluster))
    }

    /// Whether it was not followed before.
    func add(_ namespace: String, of cluster: String) -> Bool {
        state.withLock { state in
            guard let known = state.clusters[cluster], known.namespaces[namespace] == nil else { return false }
            state.clusters[cluster]?.namespaces[namespace] = NamespaceState()
            return true
        }
    }

    func isFollowing(_ namespace: String, of cluster: String) -> Bool {
        state.withLock { $0.clusters[cluster]?.isFollowing(namespace) ?? true }
    }

    func put(_ application: Application, of cluster: String, _ generation: Int) {
        let news = change(cluster, generation) { known in
            known.shelf.put(application)
            // Before the first complete list, no reader can have missed anything.
            return known.isListed(application.key.namespace)
        }
        if news { feed.tell(.changed(ApplicationAddress(cluster: cluster, key: application.key))) }
    }

    func remove(_ key: ApplicationKey, of cluster: String, _ generation: Int) {
        let news = change(cluster, generation) { known in
            known.shelf.remove(key) && known.isListed(key.namespace)
        }
        if news { feed.tell(.changed(ApplicationAddress(cluster: cluster, key: key))) }
    }

    func note(_ standing: NamespaceState, _ namespace: String, of cluster: String, _ generation: Int) {
        let news = change(cluster, generation) { known in
            let former = known.namespaces.updateValue(standing, forKey: namespace)
            // A watch that stays broken is not reported again, even with another reason.
            if case .broken = standing.standing, case .broken? = former?.standing { return false }
            return true
        }
        if news { feed.tell(.all(cluster: cluster)) }
    }

    private func change(_ name: String, _ generation: Int, _ body: (inout Cluster) -> Bool) -> Bool {
        state.withLock { state in
            guard var cluster = state.clusters[name], cluster.generation == generation else { return false }
            // Removed, so that it is changed in place.
            state.clusters[name] = nil
            defer { state.clusters[name] = cluster }
            return body(&cluster)
        }
    }
}

extension WatchedClusters.Cluster {
    fileprivate func isFollowing(_ namespace: String) -> Bool {
        namespaces[namespace] != nil || namespaces[ClusterNamespaces.all] != nil
    }

    fileprivate func isListed(_ namespace: String) -> Bool {
        (namespaces[namespace] ?? namespaces[ClusterNamespaces.all])?.isListed ?? false
    }

    /// The worst of its namespaces; forbidden ones count only where all are forbidden.
    fileprivate var standing: ApplicationWatchStanding {
        let open = namespaces.values.filter { !$0.isForbidden }
        let considered = open.isEmpty ? Array(namespaces.values) : open
        var worst: ApplicationWatchStanding?
        for state in considered {
            switch state.standing {
            case .broken: return state.standing
            case .starting: worst = .starting
            case .current, .absent: worst = worst ?? .current
            }
        }
        return worst ?? .starting
    }
}

/// The namespaces where Applications are followed.
enum ClusterNamespaces {
    /// Means all namespaces of a cluster: no namespace has this name.
    static let all = ""
}
