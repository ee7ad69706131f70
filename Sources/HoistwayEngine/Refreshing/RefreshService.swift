import HoistwayModel
import HoistwayPorts

/// Requests refreshes of the Applications that a push concerns, independent of all other work.
///
/// The requests are in the state, stored with the decision on the delivery or the outcome of the push: a crash loses
/// none of them. Each cluster has its own task, so a cluster that does not answer delays only itself.
struct RefreshService: Sendable {
    let core: EngineCore

    func run() async {
        guard let argocd = core.ports.argocd else { return }
        await withDiscardingTaskGroup { group in
            // Waiting refreshes of a cluster continue when its Applications are known again.
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
                        // A new look finds requests that came in between.
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
