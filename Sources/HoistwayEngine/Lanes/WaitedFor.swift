import HoistwayModel

/// A repository that a promotion reads or writes, with the project whose credential it uses.
package struct WaitedFor: Hashable, Sendable {
    package var url: String
    package var project: String

    static func all(of record: PromotionRecord) -> [WaitedFor] {
        let checkouts = PromotionPlan(steps: record.steps).checkouts.map(\.repoURL)
        let urls =
            checkouts + [record.awaitedPullRequest?.repository].compactMap(\.self) + record.pulls.map(\.repository)
            + record.branches.filter(\.pushed).map(\.remote)
        return urls.map { WaitedFor(url: $0, project: record.stage.project) }
    }
}
