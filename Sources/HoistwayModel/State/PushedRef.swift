/// What sort of ref a push moves.
package enum PushedRef: String, Sendable, Hashable, Codable, CaseIterable {
    /// A branch that stages write.
    case branch
    /// A branch that belongs to one promotion: no stage's branch, and nobody waits for it to stay as it was left.
    case promotionBranch
    case tag

    /// The ref's full name.
    package func fullName(_ name: String) -> String {
        switch self {
        case .branch, .promotionBranch: "refs/heads/" + name
        case .tag: "refs/tags/" + name
        }
    }

    /// The name that Kargo gives to the branch of a promotion.
    package static func branch(of promotion: PromotionID) -> String {
        "kargo/promotion/" + promotion.description.lowercased()
    }
}
