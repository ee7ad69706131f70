import HoistwayModel
import HoistwayPorts

/// How Applications are read: by the watches, or by requests to their clusters.
struct ApplicationSight: Sendable {
    /// How long a watch may be broken, or a first list may take, before its data no longer count.
    static let grace: Duration = .seconds(60)
    /// The most Applications that are requested at one time.
    static let maxRequests = 4

    let core: EngineCore
    private let started: Timestamp

    init(core: EngineCore) {
        self.core = core
        started = core.ports.clock.now()
    }

    enum WatchReading {
        case known(ApplicationReading)
        /// The recorded health stays until that time.
        case unknown(until: Timestamp)
        /// The watch is broken: the last known Application counts until that time.
        case aging(Application, until: Timestamp)
        /// No watch covers it: only the cluster can be asked.
        case unwatched
    }

    /// The state of the watch for an Application's namespace.
    private enum Standing {
        case current
        case starting(until: Timestamp)
        case broken(since: Timestamp)
        /// The cluster answers, but its watch does not cover the namespace: it is not listed yet, or access is
        /// forbidden.
        case unwatched
        /// The Application cannot be read.
        case obstacle(String)
    }

    /// The last state of an Application that a watch has seen.
    func byWatch(_ address: ApplicationAddress, _ now: Timestamp) -> WatchReading {
        // Before the standing: this request makes the watch follow the namespace.
        let application = core.ports.argocd?.applications.application(address)
        switch standing(address, now) {
        case .obstacle(let reason): return .known(.unreadable(reason))
        case .starting(let end): return .unknown(until: end)
        case .broken(let since):
            let end = since + Self.grace
            return application.map { .aging($0, until: end) } ?? .unknown(until: end)
        case .unwatched: return .unwatched
        case .current: return .known(application.map { .found($0) } ?? .missing)
        }
    }

    /// Whether the Application can only be read from the cluster itself.
    func isUnwatched(_ address: ApplicationAddress, _ now: Timestamp) -> Bool {
        if case .unwatched = standing(address, now) { true } else { false }
    }

    private func standing(_ address: ApplicationAddress, _ now: Timestamp) -> Standing {
        let cluster = address.cluster
        guard let clusters = core.ports.argocd, clusters.cluster(cluster) != nil else {
            return .obstacle("no cluster \(cluster) is configured")
        }
        let watch = clusters.applications
        switch watch.standing(of: cluster, in: address.key.namespace) {
        case .current: return .current
        case .absent: return .obstacle("the cluster \(cluster) is not watched")
        case .starting: return now - started < Self.grace ? .starting(until: started + Self.grace) : .unwatched
        case .broken(let since, let reason):
            // The cluster's own standing ignores forbidden namespaces: `list` may be forbidden where `get` is allowed.
            guard case .broken = watch.standing(of: cluster) else { return .unwatched }
            guard now - since >= Self.grace else { return .broken(since: since) }
            return .obstacle("the watch of the cluster \(cluster) has been broken since \(since.rfc3339): \(reason)")
        }
    }

    /// The present state of Applications, read from their clusters.
    func byAsking(_ addresses: [ApplicationAddress]) async -> [ApplicationAddress: ApplicationReading] {
        await withTaskGroup(of: (ApplicationAddress, ApplicationReading).self) { group in
            var readings: [ApplicationAddress: ApplicationReading] = [:]
            var rest = addresses[...]
            for address in rest.prefix(Self.maxRequests) { group.addTask { (address, await ask(for: address)) } }
            rest = rest.dropFirst(Self.maxRequests)
            while let (address, reading) = await group.next() {
                readings[address] = reading
                if let next = rest.popFirst() { group.addTask { (next, await ask(for: next)) } }
            }
            return readings
        }
    }

    private func ask(for address: ApplicationAddress) async -> ApplicationReading {
        if case .obstacle(let reason) = standing(address, core.ports.clock.now()) { return .unreadable(reason) }
        guard let cluster = core.ports.argocd?.cluster(address.cluster) else {
            return .unreadable("no cluster \(address.cluster) is configured")
        }
        do throws(ArgoCDFailure) {
            return try await cluster.application(address.key).map { .found($0) } ?? .missing
        } catch {
            return .unreadable(error.message)
        }
    }
}
