package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// Clusters with Argo CD's Applications in memory, which only do what a test requests.
///
/// The watch sees each change at once.
package final class InMemoryArgoCD: ArgoCDClusters {
    /// A failure of a write on its way.
    package enum WriteTrouble: Sendable {
        /// It does not arrive.
        case dropped
        /// It arrives; the answer does not.
        case answerLost
    }

    private struct Cluster {
        var applications: [ApplicationKey: Application] = [:]
        var projects: [String: AppProject] = [:]
        var failures: [ArgoCDFailure] = []
        var outage: ArgoCDFailure?
        var projectFailure: ArgoCDFailure?
        var beforeWrite: (@Sendable () async -> Void)?
        var afterRead: (@Sendable () -> Void)?
        var writeTrouble: WriteTrouble?
        var reads = 0
        var updates: [(key: ApplicationKey, update: ApplicationUpdate)] = []
        var refreshes: [ApplicationKey] = []
    }

    private struct State {
        var clusters: [String: Cluster]
        var version = 0
        var standings: [String: ApplicationWatchStanding] = [:]
        var listeners: [Int: AsyncStream<ApplicationNews>.Continuation] = [:]
        var isSilent = false
    }

    private let state: Mutex<State>

    package init(clusters: [String] = ["main"]) {
        state = Mutex(State(clusters: Dictionary(clusters.map { ($0, Cluster()) }) { first, _ in first }))
    }

    package func cluster(_ name: String) -> (any ArgoCDCluster)? {
        state.withLock { $0.clusters[name] != nil } ? InMemoryArgoCDCluster(name: name, all: self) : nil
    }

    package var applications: any ApplicationWatch { self }

    // MARK: For tests

    package func put(_ application: Application, in cluster: String = "main") {
        change(cluster) { cluster, version in
            var application = application
            application.resourceVersion = "\(version)"
            if application.uid.isEmpty { application.uid = "uid-\(version)" }
            cluster.applications[application.key] = application
            return application.key
        }
    }

    package func remove(_ key: ApplicationKey, from cluster: String = "main") {
        change(cluster) { cluster, _ in
            cluster.applications[key] = nil
            return key
        }
    }

    /// Changes an Application, as another client would.
    package func edit(
        _ key: ApplicationKey,
        in cluster: String = "main",
        _ body: (inout Application) -> Void
    ) {
        change(cluster) { cluster, version in
            guard var application = cluster.applications[key] else { return nil }
            body(&application)
            application.resourceVersion = "\(version)"
            cluster.applications[key] = application
            return key
        }
    }

    package func put(_ project: AppProject, in cluster: String = "main") {
        state.withLock { $0.clusters[cluster]?.projects[project.name] = project }
    }

    /// The next calls fail with these, in this order.
    package func fail(_ failures: ArgoCDFailure..., in cluster: String = "main") {
        state.withLock { $0.clusters[cluster]?.failures += failures }
    }

    /// Every call fails with this, until it is `nil`.
    package func outage(_ failure: ArgoCDFailure?, of cluster: String = "main") {
        state.withLock { $0.clusters[cluster]?.outage = failure }
    }

    /// Reads of AppProjects fail with this.
    package func refuseProjects(_ failure: ArgoCDFailure, in cluster: String = "main") {
        state.withLock { $0.clusters[cluster]?.projectFailure = failure }
    }

    package func trouble(nextWrite trouble: WriteTrouble, in cluster: String = "main") {
        state.withLock { $0.clusters[cluster]?.writeTrouble = trouble }
    }

    /// Runs `body` between a read and the next write, as another client would.
    package func beforeNextWrite(in cluster: String = "main", _ body: @escaping @Sendable () async -> Void) {
        state.withLock { $0.clusters[cluster]?.beforeWrite = body }
    }

    /// Runs `body` right after the next read, as another client would.
    package func afterNextRead(in cluster: String = "main", _ body: @escaping @Sendable () -> Void) {
        state.withLock { $0.clusters[cluster]?.afterRead = body }
    }

    /// From now on the watch reports no changes.
    package func silence(_ isSilent: Bool = true) { state.withLock { $0.isSilent = isSilent } }

    package func setStanding(_ standing: ApplicationWatchStanding, of cluster: String = "main") {
        let listeners = state.withLock { state in
            state.standings[cluster] = standing
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.yield(.all(cluster: cluster)) }
    }

    /// The updates that start syncs, in order.
    package func updates(in cluster: String = "main") -> [(key: ApplicationKey, update: ApplicationUpdate)] {
        state.withLock { $0.clusters[cluster]?.updates ?? [] }
    }

    package func refreshes(in cluster: String = "main") -> [ApplicationKey] {
        state.withLock { $0.clusters[cluster]?.refreshes ?? [] }
    }

    /// The number of reads of Applications.
    package func reads(in cluster: String = "main") -> Int { state.withLock { $0.clusters[cluster]?.reads ?? 0 } }

    // MARK: What Argo CD does

    /// The controller accepts the request: its operation runs.
    package func begin(_ key: ApplicationKey, in cluster: String = "main", message: String = "", at now: Timestamp) {
        edit(key, in: cluster) { application in
            guard let pending = application.pendingOperation else { return }
            application.status.operation = Application.OperationState(
                phase: "Running",
                message: message,
                startedAt: now,
                operation: pending
            )
        }
    }

    /// The operation ends, and the Application is compared.
    ///
    /// - Parameter revisions: one for each source; `nil`: there is no result.
    package func finish(
        _ key: ApplicationKey,
        in cluster: String = "main",
        phase: String = "Succeeded",
        message: String = "successfully synced",
        revisions: [String]?,
        health: String = "Healthy",
        at now: Timestamp
    ) {
        edit(key, in: cluster) { application in
            var operation =
                application.status.operation
                ?? Application.OperationState(
                    phase: "Running",
                    startedAt: now,
                    operation: application.pendingOperation ?? ApplicationOperation()
                )
            operation.phase = phase
            operation.message = message
            operation.finishedAt = now
            operation.syncedRevisions = revisions
            application.pendingOperation = nil
            application.status.operation = operation
            application.status.reconciledAt = now
            application.status.health = health
            guard phase == "Succeeded", let revisions else { return }
            application.status.sync = "Synced"
            application.status.revisions = revisions
        }
    }

    // MARK: The port

    private func change(_ name: String, _ body: (inout Cluster, _ version: Int) -> ApplicationKey?) {
        let told = state.withLock { state -> (ApplicationAddress, [AsyncStream<ApplicationNews>.Continuation])? in
            guard var cluster = state.clusters[name] else { return nil }
            state.version += 1
            let key = body(&cluster, state.version)
            state.clusters[name] = cluster
            guard let key, !state.isSilent else { return nil }
            return (ApplicationAddress(cluster: name, key: key), Array(state.listeners.values))
        }
        guard let (address, listeners) = told else { return }
        for listener in listeners { listener.yield(.changed(address)) }
    }

    fileprivate func admit(_ name: String) throws(ArgoCDFailure) {
        let failure = state.withLock { state -> ArgoCDFailure? in
            if let outage = state.clusters[name]?.outage { return outage }
            guard state.clusters[name]?.failures.isEmpty == false else { return nil }
            return state.clusters[name]?.failures.removeFirst()
        }
        if let failure { throw failure }
    }

    fileprivate func read<Value: Sendable>(
        _ name: String,
        _ body: @Sendable ([ApplicationKey: Application]) -> Value
    ) throws(ArgoCDFailure) -> Value {
        try admit(name)
        let (value, after) = state.withLock { state in
            state.clusters[name]?.reads += 1
            let after = state.clusters[name]?.afterRead
            state.clusters[name]?.afterRead = nil
            return (body(state.clusters[name]?.applications ?? [:]), after)
        }
        after?()
        return value
    }

    fileprivate func start(
        _ update: ApplicationUpdate,
        of application: Application,
        in name: String
    ) async throws(ArgoCDFailure) -> Application {
        try admit(name)
        let before = state.withLock { state in
            let body = state.clusters[name]?.beforeWrite
            state.clusters[name]?.beforeWrite = nil
            return body
        }
        await before?()
        let key = application.key
        let trouble = state.withLock { state in
            let trouble = state.clusters[name]?.writeTrouble
            state.clusters[name]?.writeTrouble = nil
            return trouble
        }
        let lost = ArgoCDFailure.unreachable(cluster: name, detail: "the connection was lost", pause: nil)
        if trouble == .dropped { throw lost }
        guard let present = state.withLock({ $0.clusters[name]?.applications[key] }) else {
            throw .notFound("Application \(key)")
        }
        guard present.resourceVersion == application.resourceVersion else { throw .conflict("the Application \(key)") }
        edit(key, in: name) { $0.take(update) }
        let written = state.withLock { state in
            state.clusters[name]?.updates.append((key, update))
            return state.clusters[name]?.applications[key]
        }
        guard trouble == nil, let written else { throw lost }
        return written
    }

    fileprivate func refresh(
        _ key: ApplicationKey,
        isHard: Bool,
        hydrates: Bool,
        at moment: Timestamp,
        in name: String
    ) throws(ArgoCDFailure) {
        try admit(name)
        guard state.withLock({ $0.clusters[name]?.applications[key] }) != nil else {
            throw .notFound("Application \(key)")
        }
        edit(key, in: name) { application in
            application.annotations["argocd.argoproj.io/refresh"] = isHard ? "hard" : "normal"
            application.annotations["argocd.argoproj.io/refresh-timestamp"] = moment.rfc3339
            guard hydrates else { return }
            application.annotations["argocd.argoproj.io/hydrate"] = "normal"
            application.annotations["argocd.argoproj.io/hydrate-timestamp"] = moment.rfc3339
        }
        state.withLock { $0.clusters[name]?.refreshes.append(key) }
    }

    fileprivate func project(_ project: String, in name: String) throws(ArgoCDFailure) -> AppProject? {
        try admit(name)
        if let failure = state.withLock({ $0.clusters[name]?.projectFailure }) { throw failure }
        return state.withLock { $0.clusters[name]?.projects[project] }
    }
}

extension InMemoryArgoCD: ApplicationWatch {
    package func application(_ address: ApplicationAddress) -> Application? {
        state.withLock { $0.clusters[address.cluster]?.applications[address.key] }
    }

    package func applications(of cluster: String) -> [Application] {
        state.withLock { $0.clusters[cluster]?.applications.values.sorted { $0.key < $1.key } ?? [] }
    }

    package func standing(of cluster: String) -> ApplicationWatchStanding {
        state.withLock { $0.clusters[cluster] == nil ? .absent : $0.standings[cluster] ?? .current }
    }

    package func changes() -> AsyncStream<ApplicationNews> {
        let (stream, continuation) = AsyncStream.makeStream(of: ApplicationNews.self)
        let id = state.withLock { state in
            let id = (state.listeners.keys.max() ?? 0) + 1
            state.listeners[id] = continuation
            return id
        }
        continuation.onTermination = { _ in self.state.withLock { $0.listeners[id] = nil } }
        return stream
    }
}

private struct InMemoryArgoCDCluster: ArgoCDCluster {
    let name: String
    let all: InMemoryArgoCD

    func application(_ key: ApplicationKey) async throws(ArgoCDFailure) -> Application? {
        try all.read(name) { $0[key] }
    }

    func applications(in namespace: String, _ selector: LabelSelector) async throws(ArgoCDFailure) -> [Application] {
        try all.read(name) { applications in
            applications.values.filter { $0.key.namespace == namespace && selector.matches($0.labels) }
                .sorted { $0.key < $1.key }
        }
    }

    func start(_ update: ApplicationUpdate, of application: Application) async throws(ArgoCDFailure) -> Application {
        try await all.start(update, of: application, in: name)
    }

    func refresh(
        _ key: ApplicationKey,
        isHard: Bool,
        hydrates: Bool,
        at moment: Timestamp
    ) async throws(ArgoCDFailure) {
        try all.refresh(key, isHard: isHard, hydrates: hydrates, at: moment, in: name)
    }

    func appProject(_ name: String, in namespace: String) async throws(ArgoCDFailure) -> AppProject? {
        try all.project(name, in: self.name)
    }
}

extension Application {
    /// Applies an update to the Application.
    fileprivate mutating func take(_ update: ApplicationUpdate) {
        for change in update.sources where sources.indices.contains(change.index) {
            if let target = change.targetRevision { sources[change.index].targetRevision = target }
            if let images = change.kustomizeImages {
                sources[change.index].kustomizeImages = images
                sources[change.index].hasKustomize = true
            }
            if let parameters = change.helmParameters {
                sources[change.index].helmParameters = parameters
                sources[change.index].hasHelm = true
            }
        }
        annotations["argocd.argoproj.io/refresh"] = "hard"
        pendingOperation = ApplicationOperation(
            initiator: update.operation.initiator,
            isAutomated: update.operation.isAutomated,
            info: Dictionary(update.operation.info.map { ($0.name, $0.value) }) { first, _ in first }
        )
        status.operation = nil
    }
}
