import HoistwayModel

/// A repository that a promotion reads or writes, with the project whose credential it takes.
package struct WaitedFor: Hashable, Sendable {
    package var url: String
    package var project: String

    static func all(of record: PromotionRecord) -> [WaitedFor] {
        PromotionPlan(steps: record.steps).checkouts.map { WaitedFor(url: $0.repoURL, project: record.stage.project) }
    }
}
