import Foundation

/// Simulates Argo CD's application controller for the Applications of a ``KubernetesServer``.
///
/// It acts when an Application changes or when a test calls it, never by a timer. Acts of an Application apply in their
/// order, each at the next moment of its kind. Without acts a refresh compares, and a sync succeeds and leaves a
/// healthy Application. An act that delays a sync is combined with the next act: the held or blocked sync then ends in
/// the way of that act.
package actor ArgoCDController {
    private enum Job: Sendable {
        case look(KubernetesObjects.Key)
        case call(@Sendable (isolated ArgoCDController) async -> Void)
    }

    /// The controller's knowledge about an Application that is not in the object.
    struct Memory {
        var acts: [ArgoCDAct] = []
        /// Moments that wait for ``release(_:in:)``.
        var held: Set<ArgoCDAct.Moment> = []
        /// The result of a running operation.
        var outcome = Outcome()
        /// The health after ``advance(_:in:)``.
        var next: String?
        var health: (status: String, message: String)?
        /// Revisions of an automatic sync that was tried.
        var tried: [String]?
    }

    /// The effect of acts on an operation.
    struct Outcome {
        var phase = "Succeeded"
        var message = "successfully synced (all tasks run)"
        var revisions: [String]?
        var hasResult = true
        var health: (status: String, message: String, next: String?)?
    }

    let server: KubernetesServer
    let revisions: any ArgoCDRevisions
    var memory: [KubernetesObjects.Key: Memory] = [:]
    private let jobs: AsyncStream<Job>
    private nonisolated let queue: AsyncStream<Job>.Continuation
    private var isStopped = false
    private var work: Task<Void, Never>?
    private var observer: Int?

    /// Starts at once, with the present Applications.
    package static func start(on server: KubernetesServer, revisions: any ArgoCDRevisions) async -> ArgoCDController {
        let controller = ArgoCDController(server, revisions)
        await controller.begin()
        return controller
    }

    private init(_ server: KubernetesServer, _ revisions: any ArgoCDRevisions) {
        self.server = server
        self.revisions = revisions
        (jobs, queue) = AsyncStream.makeStream()
    }

    private func begin() {
        observer = server.observe { [queue] change in
            if change.resource == .applications, change.kind != .deleted { queue.yield(.look(change.object.key)) }
        }
        for object in server.core.with({ $0.objects.list(.applications, namespace: nil) }) {
            queue.yield(.look(object.key))
        }
        // Ends with the queue; `stop` does not wait for it.
        work = Task { [jobs] in
            for await job in jobs {
                switch job {
                case .look(let key): await self.look(at: key)
                case .call(let call): await call(self)
                }
            }
        }
    }

    package func stop() {
        isStopped = true
        if let observer { server.stopObserving(observer) }
        queue.finish()
    }

    /// Runs after all earlier jobs.
    private nonisolated func enqueue<Result: Sendable>(
        _ call: @escaping @Sendable (isolated ArgoCDController) async -> Result
    ) async -> Result? {
        await withCheckedContinuation { continuation in
            let answer = queue.yield(.call { continuation.resume(returning: await call($0)) })
            if case .terminated = answer { continuation.resume(returning: nil) }
        }
    }

    // MARK: For tests

    /// Adds special events for an Application after the earlier ones.
    package nonisolated func script(_ name: String, in namespace: String = "argocd", _ acts: ArgoCDAct...) async {
        let key = KubernetesObjects.Key(namespace: namespace, name: name)
        _ = await enqueue { $0.memory[key, default: Memory()].acts += acts }
    }

    /// Continues a held refresh or operation.
    package nonisolated func release(_ name: String, in namespace: String = "argocd") async {
        let key = KubernetesObjects.Key(namespace: namespace, name: name)
        _ = await enqueue { controller in
            controller.memory[key]?.held = []
            await controller.look(at: key)
        }
    }

    /// Changes from `Progressing` or `Suspended` to the next health.
    package nonisolated func advance(_ name: String, in namespace: String = "argocd") async {
        let key = KubernetesObjects.Key(namespace: namespace, name: name)
        _ = await enqueue { controller in
            guard let next = controller.memory[key]?.next else { return }
            controller.memory[key]?.next = nil
            controller.memory[key]?.health = (next, "")
            await controller.compare(key)
        }
    }

    /// From now on the Application's health is this.
    package nonisolated func setHealth(
        _ status: String,
        _ message: String = "",
        of name: String,
        in namespace: String = "argocd"
    ) async {
        let key = KubernetesObjects.Key(namespace: namespace, name: name)
        _ = await enqueue { controller in
            controller.memory[key, default: Memory()].health = (status, message)
            await controller.compare(key)
        }
    }

    /// Compares, as the controller does every few minutes.
    package nonisolated func compare(_ name: String, in namespace: String = "argocd") async {
        let key = KubernetesObjects.Key(namespace: namespace, name: name)
        _ = await enqueue { await $0.compare(key) }
    }

    /// Returns when there is no work left.
    package nonisolated func settle() async {
        var version: Int
        repeat {
            version = server.version
            guard await enqueue({ _ in true }) != nil else { return }
        } while version != server.version
    }

    // MARK: The loop

    private func look(at key: KubernetesObjects.Key) async {
        guard !isStopped, let application = server.object(.applications, key.name, in: key.namespace),
            application["metadata", "annotations", "argocd.argoproj.io/skip-reconcile"] != "true"
        else { return }
        let isNew = application["status", "reconciledAt"] == nil
        if isNew || application["metadata", "annotations", Self.refreshAnnotation] != nil, !isHeld(.refresh, key) {
            await refresh(key)
        }
        if application["status", "operationState", "phase"] == "Terminating" {
            memory[key, default: Memory()].held.remove(.sync)
            memory[key]?.outcome = Outcome(phase: "Failed", message: "Operation terminated")
        }
        if !isHeld(.sync, key) { await operate(key) }
    }

    func isHeld(_ moment: ArgoCDAct.Moment, _ key: KubernetesObjects.Key) -> Bool {
        memory[key]?.held.contains(moment) == true
    }

    static let refreshAnnotation = "argocd.argoproj.io/refresh"

    /// Removes the next act for a moment and gives its effect.
    func nextAct(_ moment: ArgoCDAct.Moment, of key: KubernetesObjects.Key) -> ArgoCDAct.Effect? {
        guard let acts = memory[key]?.acts, let index = acts.firstIndex(where: { $0.moment == moment }) else {
            return nil
        }
        return memory[key]?.acts.remove(at: index).effect
    }
}
