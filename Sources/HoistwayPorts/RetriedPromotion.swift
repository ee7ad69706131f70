/// The result for one promotion that was to be tried again.
package struct RetriedPromotion: Sendable, Codable, Equatable {
    package var project: String
    package var stage: String
    /// The promotion that failed, or that waited.
    package var promotion: String
    /// The new promotion in its place; its own name where it waited and is tried now; `nil`: nothing was done.
    package var started: String?
    /// What was done, or why nothing was done: one sentence without a full stop.
    package var detail: String

    package init(project: String, stage: String, promotion: String, started: String?, detail: String) {
        self.project = project
        self.stage = stage
        self.promotion = promotion
        self.started = started
        self.detail = detail
    }
}
