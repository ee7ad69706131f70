import HoistwayModel
import HoistwayPorts

/// How Applications are seen: by the watches, or by asking their clusters.
struct ApplicationSight: Sendable {
    /// How long a watch may be broken, or a first list may take, before what it has seen counts for nothing.
    static let grace: Duration = .seconds(60)
    /// Applications that are asked for at one time.
    static let maxRequests = 4

    let core: EngineCore
    private let started: Timestamp

    init(core: EngineCore) {
        self.core = core
        started = core.ports.clock.now()
    }

    enum WatchReading {
        case known(ApplicationReading)
        /// What is on record stays until then.
        case unknown(until: Timestamp)
        /// It counts until then.
        case aging(Application, until: Timestamp)
    }

    /// What a watch has seen of an Application last.
    func byWatch(_ address: ApplicationAddress, _ now: Timestamp) -> WatchReading {
        if let reason = obstacle(address.cluster, now) { return .known(.unreadable(reason)) }
        guard let watch = core.ports.argocd?.applications else {
            return .known(.unreadable("no cluster is configured"))
        }
        let application = watch.application(address)
        switch watch.standing(of: address.cluster) {
        case .starting: return .unknown(until: started + Self.grace)
        case .broken(let since, _):
            let end = since + Self.grace
            return application.map { .aging($0, until: end) } ?? .unknown(until: end)
        case .current, .absent: return .known(application.map { .found($0) } ?? .missing)
        }
    }

    /// Why nothing can be said of a cluster's Applications; `nil` where something can.
    private func obstacle(_ cluster: String, _ now: Timestamp) -> String? {
        guard let clusters = core.ports.argocd, clusters.cluster(cluster) != nil else {
            return "no cluster \(cluster) is configured"
        }
        switch clusters.applications.standing(of: cluster) {
        case .current: return nil
        case .absent: return "the cluster \(cluster) is not watched"
        case .starting:
            return now - started < Self.grace
                ? nil : "the Applications of the cluster \(cluster) could not be listed yet"
        case .broken(let since, let reason):
            guard now - since >= Self.grace else { return nil }
            return "the watch of the cluster \(cluster) has been broken since \(since.rfc3339): \(reason)"
        }
    }

    /// What the clusters say of Applications now.
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
        if let reason = obstacle(address.cluster, core.ports.clock.now()) { return .unreadable(reason) }
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
