import HoistwayTestServers
import Synchronization

/// The cluster of a ``PointRig``: an Application for each stage, and Argo CD, which synchronises what it is asked for.
final class PointCluster: Sendable {
    private struct State {
        /// Requests for an operation since the present run began.
        var asked = 0
        /// Those of them that were taken.
        var taken = 0
        var strike: (number: Int, verdict: KubernetesVerdict, action: @Sendable () -> Void)?
    }

    let kubeconfig: String
    private let server: KubernetesServer
    private let controller: ArgoCDController
    private let state = Mutex(State())
    private let kept = Mutex<[ClusterValue]>([])

    /// - Parameters:
    ///   - url: the repository, as pipelines and sources name it.
    ///   - path: where it really is.
    init(stages: [String], url: String, path: String) async throws {
        server = try await KubernetesServer.start(options: KubernetesServer.Options())
        kubeconfig = try server.writeKubeconfig(.none)
        for stage in stages {
            var fixture = ApplicationFixture("shop-\(stage)", ApplicationFixture.Source(url, at: "main", path: stage))
            fixture.annotations["kargo.akuity.io/authorized-stage"] = "shop:\(stage)"
            server.put(fixture.value, of: .applications)
        }
        controller = await ArgoCDController.start(on: server, revisions: GitRevisions { $0 == url ? path : nil })
        server.beforeWrite { [weak self] in self?.verdict($0) ?? .apply }
    }

    /// How many requests for an operation have come since the present run began.
    var asked: Int { state.withLock(\.asked) }

    func stop() { server.stop() }

    private func verdict(_ write: KubernetesWrite) -> KubernetesVerdict {
        guard write.access.resource == .applications,
            "\(write.request.json ?? .null)".contains("kargo.akuity.io/promotion")
        else { return .apply }
        let strike = state.withLock { state in
            state.asked += 1
            let strike = state.strike.flatMap { $0.number == state.asked ? $0 : nil }
            if strike?.verdict != .lose { state.taken += 1 }
            return strike
        }
        strike?.action()
        return strike?.verdict ?? .apply
    }

    /// Keeps the Applications as they are: every run begins with them.
    func keep() async {
        await controller.settle()
        kept.withLock { $0 = server.objects(.applications) }
    }

    /// - Parameter action: what happens at this request for an operation, before it is taken or lost.
    func begin(strikeAt point: CrashPoint?, _ action: @escaping @Sendable () -> Void) async {
        for application in kept.withLock({ $0 }) { server.put(application, of: .applications) }
        await controller.settle()
        state.withLock { state in
            state = State()
            if case .sync(let number, let isDone) = point {
                state.strike = (number, isDone ? .applyAndLoseAnswer : .lose, action)
            }
        }
    }

    /// - Parameter head: of the branch that the Applications follow.
    func view(head: String) async -> [String] {
        await controller.settle()
        let taken = state.withLock(\.taken)
        return server.objects(.applications).map { application in
            let state = application["status", "operationState"]
            let isAtHead = state?["syncResult", "revision"]?.string == head
            return "\(application["metadata", "name"]?.string ?? ""): \(state?["phase"]?.string ?? "no operation") "
                + "\(isAtHead ? "at the head" : "elsewhere"), \(taken) begun"
        }
    }
}
