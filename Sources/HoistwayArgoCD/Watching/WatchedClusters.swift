package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// What the watches of all clusters have seen last; filled by ``ClusterFollower``.
package final class WatchedClusters: ApplicationWatch {
    struct NamespaceState {
        var standing = ApplicationWatchStanding.starting
        /// Whether a whole list was ever seen.
        var isListed = false
        /// Whether the account may not list there: that is no fault of the cluster.
        var isForbidden = false
    }

    fileprivate struct Cluster {
        var shelf = ApplicationShelf()
        var namespaces: [String: NamespaceState] = [:]
        /// Counts configurations of the cluster: what a follower of a former one says comes too late.
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

    /// Of a namespace that nobody follows, it is followed from now on.
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

    /// The clusters that are followed, each with how many Applications are known there.
    package var counts: [(cluster: String, applications: Int)] {
        state.withLock { state in
            state.clusters.map { ($0.key, $0.value.shelf.count) }.sorted { $0.0 < $1.0 }
        }
    }

    /// The namespaces of a cluster that are followed.
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

    /// Forgets what was known of the cluster; gives the number that its followers speak with.
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

    /// Whether nobody followed it before.
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
            // Before the first list is whole, nobody can have missed anything.
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
            // That it is still broken is no news, whatever the reason is now.
            if case .broken = standing.standing, case .broken? = former?.standing { return false }
            return true
        }
        if news { feed.tell(.all(cluster: cluster)) }
    }

    private func change(_ name: String, _ generation: Int, _ body: (inout Cluster) -> Bool) -> Bool {
        state.withLock { state in
            guard var cluster = state.clusters[name], cluster.generation == generation else { return false }
            // Taken out, so that it is changed in place.
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

    /// The worst of its namespaces, without those that are closed to us while others are not.
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

/// Where Applications are followed.
enum ClusterNamespaces {
    /// Stands for all namespaces of a cluster: no namespace has this name.
    static let all = ""
}
