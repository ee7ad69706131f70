/// What Hoistway uses of an operation of Argo CD: who asked for it, and for which promotion.
package struct ApplicationOperation: Sendable, Equatable {
    /// `operation.initiatedBy.username`.
    package var initiator: String
    package var isAutomated: Bool
    /// `operation.info`, by name; of several entries with one name, the first.
    package var info: [String: String]

    /// The entry that names the promotion, as Kargo writes it.
    package static let promotionInfo = "kargo.akuity.io/promotion"
    /// Our own entry, which names the stage as `<project>:<stage>`.
    package static let stageInfo = "hoistway.dev/stage"
    /// Our own entry, which names the step of the promotion: two steps of one promotion may update one Application.
    package static let stepInfo = "hoistway.dev/step"

    package init(initiator: String = "", isAutomated: Bool = false, info: [String: String] = [:]) {
        self.initiator = initiator
        self.isAutomated = isAutomated
        self.info = info
    }
}
