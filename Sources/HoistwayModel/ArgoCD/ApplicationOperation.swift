/// The parts of an operation of Argo CD that Hoistway uses: who requested it, and for which promotion.
package struct ApplicationOperation: Sendable, Equatable {
    /// `operation.initiatedBy.username`.
    package var initiator: String
    package var isAutomated: Bool
    /// `operation.info`, by name; if several entries have one name, the first.
    package var info: [String: String]

    /// The entry that names the promotion, in Kargo's format.
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
