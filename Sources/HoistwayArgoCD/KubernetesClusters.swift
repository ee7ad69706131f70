package import HoistwayKubernetes
import HoistwayModel
package import HoistwayPorts
package import Logging
import Synchronization

/// One cluster of the configuration.
package struct ClusterConnection: Sendable {
    package var name: String
    /// Connections of one name with the same text are equal: such a connection is kept when the configuration is
    /// reloaded.
    package var fingerprint: String
    /// The namespaces whose Applications are followed from the start; others are followed from the first request on.
    package var namespaces: [String]
    package var connect: @Sendable () throws -> KubernetesClient

    package init(
        name: String,
        fingerprint: String,
        namespaces: [String],
        connect: @escaping @Sendable () throws -> KubernetesClient
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.namespaces = namespaces
        self.connect = connect
    }
}

/// Argo CD in the configured clusters, and the results of their watches.
///
/// Each namespace of each cluster is followed by a task of its own: a dead cluster delays neither another one nor the
/// start. Before ``run()``, only callers of ``cluster(_:)`` send requests to a cluster.
package final class KubernetesClusters: ArgoCDClusters {
    /// Limit of followed namespaces in one cluster.
    package static let maxNamespaces = 200

    private struct Member {
        var fingerprint: String
        var client: KubernetesClient
        var argocd: KubernetesArgoCD
        var metrics: ClusterMetrics
        var generation: Int
        var followed: Set<String> = []
        /// Ends its followers.
        var stop: StopSign
    }

    private struct State {
        var members: [String: Member] = [:]
        /// Why a cluster cannot be used, by name.
        var broken: [String: ClusterConnectionFailure] = [:]
        /// Work that ``run()`` has not started yet.
        var waiting: [Work] = []
        var wake: CheckedContinuation<Void, Never>?
    }

    private enum Work {
        case follow(ClusterFollower, StopSign)
        case close(KubernetesClient)
    }

    private let state = Mutex(State())
    private let watched: WatchedClusters
    private let clock: any WallClock
    private let log: Logger

    package init(clock: any WallClock, log: Logger) {
        self.clock = clock
        self.log = log
        watched = WatchedClusters()
        watched.onUnknownNamespace { [weak self] cluster, namespace in self?.follow(namespace, of: cluster) }
    }

    package func cluster(_ name: String) -> (any ArgoCDCluster)? {
        state.withLock { state in
            if let member = state.members[name] { return member.argocd }
            return state.broken[name].map { UnusableCluster(name: name, failure: $0) }
        }
    }

    package var applications: any ApplicationWatch { watched }

    /// Takes over other connections; unchanged ones are kept.
    package func replace(_ connections: [ClusterConnection]) {
        let names = Set(connections.map(\.name))
        let gone = state.withLock { state in
            let known = Set(state.members.keys).union(state.broken.keys)
            state.broken = [:]
            return known.subtracting(names)
        }
        for name in gone.sorted() {
            drop(name)
            watched.end(name)
        }
        for connection in connections {
            let isSame = state.withLock { $0.members[connection.name]?.fingerprint == connection.fingerprint }
            if !isSame {
                drop(connection.name)
                join(connection)
            }
            for namespace in connection.namespaces { follow(namespace, of: connection.name) }
        }
    }

    private func join(_ connection: ClusterConnection) {
        let generation = watched.begin(connection.name)
        do {
            let client = try connection.connect()
            let member = Member(
                fingerprint: connection.fingerprint,
                client: client,
                argocd: KubernetesArgoCD(client),
                metrics: ClusterMetrics(cluster: connection.name),
                generation: generation,
                stop: StopSign()
            )
            state.withLock { $0.members[connection.name] = member }
        } catch {
            let failure = ClusterConnectionFailure(error)
            state.withLock { $0.broken[connection.name] = failure }
            log.error(
                "a cluster cannot be used",
                metadata: ["cluster": "\(connection.name)", "error": "\(failure.message)"]
            )
            for namespace in connection.namespaces where watched.add(namespace, of: connection.name) {
                let standing = WatchedClusters.NamespaceState(
                    standing: .broken(since: clock.now(), reason: failure.message)
                )
                watched.note(standing, namespace, of: connection.name, generation)
            }
        }
    }

    private func drop(_ name: String) {
        guard let member = state.withLock({ $0.members.removeValue(forKey: name) }) else { return }
        member.stop.set()
        member.metrics.forget()
        add([.close(member.client)])
    }

    /// Follows the Applications of one more namespace.
    package func follow(_ namespace: String, of cluster: String) {
        let member = state.withLock { state -> Member? in
            guard let member = state.members[cluster], !member.followed.contains(namespace),
                !member.followed.contains(ClusterNamespaces.all), member.followed.count < Self.maxNamespaces
            else { return nil }
            state.members[cluster]?.followed.insert(namespace)
            return member
        }
        guard let member, watched.add(namespace, of: cluster) else { return }
        let follower = ClusterFollower(
            client: member.client,
            namespace: namespace,
            generation: member.generation,
            watched: watched,
            clock: clock,
            metrics: member.metrics,
            log: log
        )
        add([.follow(follower, member.stop)])
    }

    private func add(_ work: [Work]) {
        let wake = state.withLock { state in
            state.waiting += work
            defer { state.wake = nil }
            return state.wake
        }
        wake?.resume()
    }

    /// Follows all clusters until it is cancelled; the clients stay usable until ``shutdown()``.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                for work in await next() {
                    switch work {
                    case .follow(let follower, let stop): group.addTask { await stop.limit { await follower.run() } }
                    case .close(let client): group.addTask { await client.shutdown() }
                    }
                }
            }
        }
    }

    /// Ends all connections; once, after ``run()`` has ended.
    package func shutdown() async {
        let (members, waiting) = state.withLock { state in
            defer {
                state.members = [:]
                state.waiting = []
            }
            return (Array(state.members.values), state.waiting)
        }
        for member in members {
            member.stop.set()
            await member.client.shutdown()
        }
        for case .close(let client) in waiting { await client.shutdown() }
    }

    /// Called before each scrape.
    package func sample() {
        let members = state.withLock { $0.members }
        let counts = Dictionary(watched.counts.map { ($0.cluster, $0.applications) }) { first, _ in first }
        // A cluster that nobody uses is neither up nor down.
        for (name, member) in members where !member.followed.isEmpty {
            member.metrics.show(isUp: watched.standing(of: name) == .current, applications: counts[name] ?? 0)
        }
    }

    /// In the order of their names.
    package var views: [ClusterView] {
        let counts = Dictionary(watched.counts.map { ($0.cluster, $0.applications) }) { first, _ in first }
        return counts.keys.sorted().map { name in
            var namespaces: [String: String] = [:]
            for (namespace, standing) in watched.namespaces(of: name) { namespaces[namespace] = Self.words(standing) }
            var view = ClusterView(
                name: name,
                state: .starting,
                applications: counts[name] ?? 0,
                namespaces: namespaces
            )
            switch watched.standing(of: name) {
            case .current: view.state = .current
            case .broken(let since, let reason):
                view.state = .broken
                view.since = since
                view.reason = reason
            case .starting, .absent: if namespaces.isEmpty { view.state = .unused }
            }
            return view
        }
    }

    private static func words(_ standing: ApplicationWatchStanding) -> String {
        switch standing {
        case .current: "current"
        case .starting, .absent: "starting"
        case .broken(_, let reason): reason
        }
    }

    private func next() async -> [Work] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (wake: CheckedContinuation<Void, Never>) in
                let isReady = state.withLock { state in
                    guard state.waiting.isEmpty, !Task.isCancelled else { return true }
                    state.wake = wake
                    return false
                }
                if isReady { wake.resume() }
            }
        } onCancel: {
            let wake = state.withLock { state in
                defer { state.wake = nil }
                return state.wake
            }
            wake?.resume()
        }
        return state.withLock { state in
            // At the end, `shutdown()` closes the rest.
            guard !Task.isCancelled else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
    }
}
