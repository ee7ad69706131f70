import HashTreeCollections

/// Counts the changes that affect the views of each project.
package struct ViewRevisions: Sendable {
    private var projects: TreeDictionary<String, UInt64> = [:]
    /// Increases when a branch begins or stops to drift, which can affect any project.
    package private(set) var branches: UInt64 = 0
    /// Increases with every change of any project's records.
    package private(set) var last: UInt64 = 0
    private var byRevision = OrderedList<Touch>()

    private struct Touch: Comparable {
        var revision: UInt64
        var project: String

        static func < (left: Touch, right: Touch) -> Bool { left.revision < right.revision }
    }

    package init() {}

    /// Increases with every change of the project's records; zero: nothing has changed since the start.
    package func project(_ name: String) -> UInt64 { projects[name] ?? 0 }

    /// Names of projects whose records have changed since then, the last changed one first.
    package func projects(since revision: UInt64) -> [String] {
        byRevision.backwards.prefix { $0.revision > revision }.map(\.project)
    }

    /// - Parameter before: the state without the changes.
    package mutating func note(_ changes: [Change], before: PipelineState) {
        for change in changes {
            switch change {
            case .putPromotion(let record): touch(record.stage.project)
            case .removePromotion(let id):
                // A promotion that was made in the same transaction has already counted for its project.
                before.promotions[id].map { touch($0.stage.project) }
            case .putFreight(let record): touch(record.key.project)
            case .removeFreight(let key): touch(key.project)
            case .putSubscription(let record): touch(record.key.warehouse.project)
            case .putWarehouse(let record): touch(record.key.project)
            case .putStage(let record): touch(record.key.project)
            case .putHealth(let record): touch(record.key.project)
            case .removeHealth(let key): touch(key.project)
            case .putBranch(let record):
                if before.branches[record.key]?.drift != record.drift { branches += 1 }
            case .putAnnotations, .putStepResults, .putIntent, .removeIntent, .putNotice, .removeNotice, .putRefresh,
                .removeRefresh:
                break
            }
        }
    }

    private mutating func touch(_ project: String) {
        if let former = projects[project] { byRevision.remove(Touch(revision: former, project: project)) }
        last += 1
        projects[project] = last
        byRevision.insert(Touch(revision: last, project: project))
    }
}
