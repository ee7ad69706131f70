import HoistwayModel
import HoistwayPorts
import Logging

extension EngineCore {
    /// Does what annotations of the present manifests request and did not request before.
    ///
    /// Each annotation is recorded in the same transaction as its changes. If a crash prevents a look, the next start
    /// makes it, as it makes all looks.
    ///
    /// - Parameter projects: projects whose manifests have changed; `nil`: any may have.
    func takeAnnotations(of projects: Set<String>? = nil) async throws {
        let requests = try await transact { transaction, core in
            let now = core.ports.clock.now()
            var pipelines = core.configuration.pipelines
            if let projects { pipelines.projects = pipelines.projects.filter { projects.contains($0.key) } }
            let requests = AnnotatedRequests(
                of: pipelines,
                on: transaction.state,
                now: now
            )
            transaction.put(requests.changes)
            transaction.audit += requests.taken.map { taken in
                AuditRecord(
                    at: now,
                    actor: "annotation \(ObjectAnnotations.prefix)\(taken.request.rawValue)",
                    action: taken.request.rawValue,
                    detail: "\(taken.key): \(taken.outcome)",
                    project: taken.key.project,
                    object: AuditObject(taken.key.kind == "Stage" ? .stage : .warehouse, taken.key.name)
                )
            }
            return requests
        }
        for taken in requests.taken {
            log.info(
                "an annotation was followed",
                metadata: .of([
                    .reason: "\(ObjectAnnotations.prefix)\(taken.request.rawValue) of \(taken.key): \(taken.outcome)"
                ])
            )
        }
        looks.makeDue(requests.warehouses)
        let branches = requests.stages.compactMap(configuration.pipelines.stage).flatMap(\.writtenBranches)
        branchNews.tell(Set(branches.compactMap { RepositoryKey(url: $0.repoURL) }))
    }
}
