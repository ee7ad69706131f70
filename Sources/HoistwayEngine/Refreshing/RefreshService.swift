import HoistwayModel
import HoistwayPorts

/// Has Argo CD look at the Applications that a push concerns, beside everything else.
///
/// What has to be told lies in the state, put there with the decision on the delivery or the outcome of the push: a
/// crash loses none of it. Each cluster is told by a task of its own, so that one that does not answer holds up itself.
struct RefreshService: Sendable {
    let core: EngineCore

    func run() async {
        guard let argocd = core.ports.argocd else { return }
        await withDiscardingTaskGroup { group in
            // What waits for a cluster goes on when its Applications are known again.
            group.addTask {
                for await news in argocd.applications.changes() {
                    if case .all(let cluster) = news, await isWaiting(for: cluster) {
                        core.ledger.refreshesChanged.notify()
                    }
                }
            }
            let busy = RunningSet<String>()
            while !Task.isCancelled {
                let seen = core.ledger.refreshesChanged.count
                let clusters = Set(await core.ledger.snapshot.refreshes.values.flatMap(\.clusters))
                for cluster in clusters.sorted() where busy.begin(cluster) {
                    group.addTask {
                        var lane = RefreshLane(core: core, argocd: argocd, cluster: cluster)
                        await lane.run()
                        busy.end(cluster)
                        // What has come in meanwhile is seen by a new look.
                        core.ledger.refreshesChanged.notify()
                    }
                }
                await core.ledger.refreshesChanged.wait(since: seen)
            }
        }
    }

    private func isWaiting(for cluster: String) async -> Bool {
        await core.ledger.snapshot.refreshes.values.contains { $0.clusters.contains(cluster) }
    }
}
