import HoistwayModel
import HoistwayPorts
import Synchronization

/// How long previews may wait for clusters.
///
/// A preview runs in its lane: outside the lane, the run would end at a push that is only shown. So a cluster that
/// hangs would delay all work on the same branch. All previews together have a short time for each cluster. When it is
/// used up, their steps report that without asking the cluster, until the next minute.
final class PreviewPatience: Sendable {
    private struct Spent {
        var since: ContinuousClock.Instant
        var time: Duration = .zero
    }

    private let limit: Duration
    private let period: Duration
    /// By cluster.
    private let spent = Mutex<[String: Spent]>([:])

    /// - Parameters:
    ///   - limit: the longest wait for one cluster within a period.
    ///   - period: it begins with the first question.
    init(limit: Duration = .seconds(5), period: Duration = .seconds(60)) {
        self.limit = limit
        self.period = period
    }

    /// The cluster for previews: reads are bounded by the limit, and nothing is written.
    func bounding(_ cluster: any ArgoCDCluster, named name: String) -> any ArgoCDCluster {
        PreviewedCluster(name: name, cluster: cluster, patience: self)
    }

    fileprivate func ask<Value: Sendable>(
        _ name: String,
        _ work: @escaping @Sendable () async throws(ArgoCDFailure) -> Value
    ) async throws(ArgoCDFailure) -> Value {
        let start = ContinuousClock.now
        let left = left(of: name, at: start)
        guard left > .zero else { throw exhausted(name) }
        defer { note(ContinuousClock.now - start, of: name) }
        do {
            return try await Deadline.within(left) { try await work() }
        } catch let failure as ArgoCDFailure {
            throw failure
        } catch is DeadlineExceeded {
            throw exhausted(name)
        } catch {
            throw .unreachable(cluster: name, detail: "the request was interrupted", pause: nil)
        }
    }

    private func left(of name: String, at now: ContinuousClock.Instant) -> Duration {
        spent.withLock { spent in
            if let known = spent[name], now - known.since < period { return limit - known.time }
            spent[name] = Spent(since: now)
            return limit
        }
    }

    private func note(_ time: Duration, of name: String) { spent.withLock { $0[name]?.time += time } }

    private func exhausted(_ name: String) -> ArgoCDFailure {
        .unreachable(
            cluster: name,
            detail: "its answers took longer than the limit for previews: \(limit.inWords) in \(period.inWords)",
            pause: nil
        )
    }
}

private struct PreviewedCluster: ArgoCDCluster {
    let name: String
    let cluster: any ArgoCDCluster
    let patience: PreviewPatience

    func application(_ key: ApplicationKey) async throws(ArgoCDFailure) -> Application? {
        try await patience.ask(name) { () throws(ArgoCDFailure) in try await cluster.application(key) }
    }

    func applications(in namespace: String, _ selector: LabelSelector) async throws(ArgoCDFailure) -> [Application] {
        try await patience.ask(name) { () throws(ArgoCDFailure) in
            try await cluster.applications(in: namespace, selector)
        }
    }

    func appProject(_ project: String, in namespace: String) async throws(ArgoCDFailure) -> AppProject? {
        try await patience.ask(name) { () throws(ArgoCDFailure) in
            try await cluster.appProject(project, in: namespace)
        }
    }

    func start(_ update: ApplicationUpdate, of application: Application) async throws(ArgoCDFailure) -> Application {
        throw refusal
    }

    func refresh(
        _ key: ApplicationKey,
        isHard: Bool,
        hydrates: Bool,
        at moment: Timestamp
    ) async throws(ArgoCDFailure) {
        throw refusal
    }

    private var refusal: ArgoCDFailure { .refused(cluster: name, detail: "a preview writes nothing") }
}
