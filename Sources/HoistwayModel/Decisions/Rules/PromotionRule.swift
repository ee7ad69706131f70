/// A condition of automatic promotion, with its result.
///
/// The dispatcher checks them in the order of ``Name``; the first that blocks gives the verdict.
package struct PromotionRule: Sendable, Equatable, Codable {
    package enum Name: String, Sendable, Codable, CaseIterable {
        /// All manifests have been read without errors.
        case manifests
        /// The warehouse has freight.
        case freight
        /// Some freight is available to the stage.
        case available
        /// The stage promotes: it has steps.
        case steps
        /// The freight is not in the stage.
        case present
        /// No promotion of it to the stage is open.
        case queued
        /// The stage's branches have not lost the freight.
        case lost
        /// The freight was not promoted to the stage before.
        case triedBefore
        /// The stage's branches have been looked at.
        case notLooked
        /// Its branches have no promotions that the state does not contain.
        case lostState
        /// No other program makes the same commits as the stage.
        case twoWriters
        /// A policy turns automatic promotion on.
        case automatic
        /// The freight is newer than the moment at which the stage began to promote.
        case observedBefore
    }

    package enum Answer: String, Sendable, Codable, CaseIterable {
        case passes
        case blocks
        /// An earlier rule makes this one unnecessary.
        case notAsked
    }

    package var name: Name
    package var answer: Answer
    /// One sentence for people; empty where the rule was not checked.
    package var reason: String
    /// When the result changes although nothing happens.
    package var until: Timestamp?

    package init(_ name: Name, _ answer: Answer, _ reason: String = "", until: Timestamp? = nil) {
        self.name = name
        self.answer = answer
        self.reason = reason
        self.until = until
    }
}
