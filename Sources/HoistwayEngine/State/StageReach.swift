import HoistwayModel
import HoistwayPorts
import HoistwayThreads

/// Which stages a change of freight or a branch concerns: made once for each configuration.
struct StageReach: Sendable {
    /// Above this number, the stages of one project are not reported one by one.
    static let most = 200

    /// Stages that request freight of a warehouse.
    private var byWarehouse: [WarehouseKey: [StageKey]] = [:]
    /// Stages that write a branch.
    private var byBranch: [BranchKey: [StageKey]] = [:]
    /// Stages that write the default branch of a repository.
    private var byRepository: [RepositoryIdentity: [StageKey]] = [:]
    /// Stages that write to a repository, by its key in events.
    private var byKey: [RepositoryKey: [StageKey]] = [:]

    init(_ pipelines: Pipelines) {
        let stages = pipelines.stagesInOrder
        let parts = Parallel.parts(of: stages.count)
        let written = Parallel.map(parts.count) { stages[parts[$0]].map(\.writtenBranches) }.flatMap(\.self)
        for (stage, written) in zip(stages, written) {
            for request in stage.requestedFreight {
                let key = WarehouseKey(project: stage.key.project, name: request.warehouse)
                byWarehouse[key, default: []].append(stage.key)
            }
            for key in Set(written.compactMap { RepositoryKey(url: $0.repoURL) }) {
                byKey[key, default: []].append(stage.key)
            }
            for written in written {
                if written.branch.isEmpty {
                    byRepository[RepositoryIdentity(written.repoURL), default: []].append(stage.key)
                } else {
                    byBranch[BranchKey(remote: written.repoURL, branch: written.branch), default: []].append(stage.key)
                }
            }
        }
    }

    /// Whether stages push to the repository.
    func writes(_ repository: RepositoryKey) -> Bool { byKey[repository] != nil }

    /// Stages that push to any of these repositories; in no order.
    func writers(to repositories: Set<RepositoryKey>) -> Set<StageKey> {
        repositories.reduce(into: []) { $0.formUnion(byKey[$1] ?? []) }
    }

    /// Stages that write the branch, by its name or as the default branch of its repository; in no order.
    func writers(of branch: BranchKey) -> Set<StageKey> {
        Set(byBranch[branch] ?? []).union(byRepository[RepositoryIdentity(branch.remote)] ?? [])
    }

    /// The stages that these changes concern, or their whole project if there are many.
    func objects(of changes: [Change]) -> [ChangedObject] {
        var stages: [String: [StageKey]] = [:]
        var known: Set<StageKey> = []
        func add(_ keys: [StageKey]?) {
            for key in keys ?? [] where known.insert(key).inserted { stages[key.project, default: []].append(key) }
        }
        for change in changes {
            switch change {
            case .putFreight(let record): add(byWarehouse[record.freight.origin])
            case .putBranch(let record):
                add(byBranch[record.key])
                add(byRepository[RepositoryIdentity(record.key.remote)])
            default: break
            }
        }
        return stages.sorted { $0.key < $1.key }.flatMap { project, keys in
            keys.count > Self.most ? [ChangedObject(.project, project: project)] : keys.map(ChangedObject.stage)
        }
    }
}
