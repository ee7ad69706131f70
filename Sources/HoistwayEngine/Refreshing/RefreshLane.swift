import HoistwayModel
import HoistwayPorts
import Logging

/// Refreshes the Applications of one cluster until no refresh is left.
struct RefreshLane {
    /// The pause between two refreshes of one Application: changes within it lead to one refresh at its end.
    static let gap: Duration = .seconds(10)
    /// The most refreshes that run at one time.
    static let parallel = 4
    /// After this time a refresh for a missing cluster is given up: Argo CD compares on its own when it is back.
    static let maxAge: Duration = .seconds(24 * 3600)
    /// The most tries after a failure that does not pass without a person.
    static let maxTries = 3

    /// One Application that must be refreshed.
    private struct Need: Sendable {
        var reason: String
        var hydrates: Bool
        var causes: [String]
        /// The ids of the records that request it.
        var records: Set<String>
        var due: Timestamp
        var tries = 0
    }

    private enum Outcome: Sendable {
        case done
        /// The Application was deleted: no refresh is needed.
        case gone
        case failed(ArgoCDFailure)
    }

    private let core: EngineCore
    private let argocd: any ArgoCDClusters
    private let cluster: String
    private var tasks: [ApplicationKey: Need] = [:]
    /// Records whose Applications are all in ``tasks``, in the version that was used.
    private var spread: [String: RefreshRecord] = [:]
    /// Failures of the cluster in a row.
    private var failures = 0
    private var nextTry: Timestamp?

    init(core: EngineCore, argocd: any ArgoCDClusters, cluster: String) {
        self.core = core
        self.argocd = argocd
        self.cluster = cluster
    }

    mutating func run() async {
        while !Task.isCancelled {
            let seen = core.ledger.refreshesChanged.count
            let records = await core.ledger.snapshot.refreshes.values
                .filter { $0.clusters.contains(cluster) }
                .sorted { ($0.since, $0.id) < ($1.since, $1.id) }
            guard !records.isEmpty else { return }
            var next: Timestamp?
            do {
                let kept = try await giveUp(records)
                if argocd.applications.standing(of: cluster) == .current {
                    for record in kept { take(record) }
                    if nextTry.map({ $0 <= core.ports.clock.now() }) ?? true { await refreshDue() }
                    try await conclude()
                    next = nextTry ?? tasks.values.map(\.due).min()
                } else {
                    // The watch notifies when the cluster is back; the age of a record is checked now and then.
                    next = core.ports.clock.now() + .seconds(60)
                }
            } catch {
                guard !Task.isCancelled else { return }
                core.report(error, "the results of refreshes cannot be stored; they are repeated")
                next = core.ports.clock.now() + .seconds(1)
            }
            guard next != nil || !tasks.isEmpty else { continue }
            let pause = next.map { max($0 - core.ports.clock.now(), .milliseconds(10)) }
            await core.ledger.refreshesChanged.wait(since: seen, atMost: pause, by: core.ports.clock)
        }
    }

    /// Gives up records of a cluster that is no longer configured, or was away for too long.
    ///
    /// - Returns: the other records.
    private func giveUp(_ records: [RefreshRecord]) async throws -> [RefreshRecord] {
        let now = core.ports.clock.now()
        let isAbsent = argocd.applications.standing(of: cluster) == .absent
        let old = records.filter { isAbsent || now - $0.newest > Self.maxAge }
        guard !old.isEmpty else { return records }
        try await core.ledger.storeUndispatched { [cluster] transaction in
            for record in old { transaction.put(transaction.state.telling(cluster, of: record)) }
        }
        core.log.warning(
            isAbsent
                ? "refreshes are given up: the cluster is no longer configured"
                : "refreshes are given up: the cluster was away for too long",
            metadata: ["cluster": "\(cluster)", "pushes": "\(Listing.text(old.map(\.news.subject)))"]
        )
        return records.filter { record in !old.contains { $0.id == record.id } }
    }

    /// Finds the Applications that a record concerns, once for each version of the record.
    private mutating func take(_ record: RefreshRecord) {
        guard spread[record.id].map({ !$0.isSame(as: record) }) ?? true else { return }
        spread[record.id] = record
        let concerned = core.configurations.present.index.refreshRules.concerned(
            by: record,
            in: cluster,
            among: argocd.applications.applications(of: cluster),
            keys: core.repositoryKeys
        )
        let now = core.ports.clock.now()
        for (key, concern) in concerned {
            let last = core.refreshes[ApplicationAddress(cluster: cluster, key: key)]?.at
            var task =
                tasks[key]
                ?? Need(
                    reason: concern.reason,
                    hydrates: false,
                    causes: [],
                    records: [],
                    due: last.map { max($0 + Self.gap, now) } ?? now
                )
            task.reason = concern.reason
            task.hydrates = task.hydrates || concern.hydrates
            task.causes += record.causes.filter { !task.causes.contains($0) }
            task.records.insert(record.id)
            tasks[key] = task
        }
    }

    private mutating func refreshDue() async {
        let now = core.ports.clock.now()
        let due = tasks.filter { $0.value.due <= now }.keys.sorted()
        nextTry = nil
        for start in stride(from: 0, to: due.count, by: Self.parallel) {
            let part = due[start..<min(start + Self.parallel, due.count)]
            let outcomes = await outcomes(of: part.compactMap { key in tasks[key].map { (key, $0) } })
            for (key, outcome) in outcomes { settle(key, outcome) }
            // The cluster as a whole does not answer: the others would only wait too.
            if nextTry != nil || Task.isCancelled { return }
        }
    }

    private func outcomes(of tasks: [(ApplicationKey, Need)]) async -> [(ApplicationKey, Outcome)] {
        let (clock, name) = (core.ports.clock, cluster)
        guard let cluster = argocd.cluster(cluster) else {
            let failure = ArgoCDFailure.unreachable(cluster: name, detail: "it is no longer configured", pause: nil)
            return tasks.map { ($0.0, .failed(failure)) }
        }
        return await withTaskGroup(of: (ApplicationKey, Outcome).self) { group in
            for (key, task) in tasks {
                group.addTask {
                    do throws(ArgoCDFailure) {
                        try await cluster.refresh(key, isHard: false, hydrates: task.hydrates, at: clock.now())
                        return (key, .done)
                    } catch .notFound {
                        return (key, .gone)
                    } catch {
                        return (key, .failed(error))
                    }
                }
            }
            var outcomes: [(ApplicationKey, Outcome)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
    }

    private mutating func settle(_ key: ApplicationKey, _ outcome: Outcome) {
        guard var task = tasks[key] else { return }
        let address = ApplicationAddress(cluster: cluster, key: key)
        let now = core.ports.clock.now()
        var entry = RefreshBook.Entry(at: now, reason: task.reason, causes: task.causes)
        var metadata: Logger.Metadata = [
            "cluster": "\(cluster)", "application": "\(key)", "reason": "\(task.reason)",
            "cause": "\(Listing.text(task.causes))",
        ]
        switch outcome {
        case .done:
            failures = 0
            tasks[key] = nil
            core.refreshes.note(entry, of: address)
            core.metrics.refreshed(.done, cluster: cluster)
            core.log.info("an Application was refreshed", metadata: metadata)
        case .gone:
            tasks[key] = nil
            core.metrics.refreshed(.gone, cluster: cluster)
        case .failed(let failure):
            guard !Task.isCancelled else { return }
            task.tries += 1
            metadata["error"] = "\(failure.message)"
            switch failure.retry {
            case .never, .few:
                // The failure concerns this Application; others may be allowed.
                guard task.tries < Self.maxTries else {
                    tasks[key] = nil
                    entry.failure = failure.message
                    core.refreshes.note(entry, of: address)
                    core.metrics.refreshed(.failed, cluster: cluster)
                    metadata["hint"] = failure.hint.map { .string($0) }
                    core.log.error("an Application cannot be refreshed", metadata: metadata)
                    return
                }
            default:
                failures += 1
                nextTry = now + Backoff.pause(attempt: failures, retry: failure.retry, random: core.ports.random)
            }
            task.due = now + Backoff.pause(attempt: task.tries, retry: failure.retry, random: core.ports.random)
            tasks[key] = task
            core.metrics.refreshed(.retried, cluster: cluster)
            core.log.warning("an Application is refreshed later", metadata: metadata)
        }
    }

    /// Removes records from the state if all their Applications were refreshed.
    private mutating func conclude() async throws {
        let open = tasks.values.reduce(into: Set<String>()) { $0.formUnion($1.records) }
        let done = spread.values.filter { !open.contains($0.id) }
        guard !done.isEmpty else { return }
        try await core.ledger.storeUndispatched { [cluster] transaction in
            for record in done { transaction.put(transaction.state.telling(cluster, of: record)) }
        }
        // A record that was reported again in between is still in the state, and is spread again.
        for record in done { spread[record.id] = nil }
    }
}
