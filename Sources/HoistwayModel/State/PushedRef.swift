/// The kind of ref that a push moves.
package enum PushedRef: String, Sendable, Hashable, Codable, CaseIterable {
    /// A branch that stages write.
    case branch
    /// A branch of one promotion: it is no stage's branch, and others may change it.
    case promotionBranch
    case tag

    /// The ref's full name.
    package func fullName(_ name: String) -> String {
        switch self {
        case .branch, .promotionBranch: "refs/heads/" + name
        case .tag: "refs/tags/" + name
        }
    }

    /// Kargo's name for the branch of a promotion.
    package static func branch(of promotion: PromotionID) -> String {
        "kargo/promotion/" + promotion.description.lowercased()
    }
}
