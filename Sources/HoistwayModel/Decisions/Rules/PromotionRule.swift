/// One question that stands before an automatic promotion, with its answer.
///
/// The dispatcher asks them in the order of ``Name``; the first that blocks is its verdict.
package struct PromotionRule: Sendable, Equatable, Codable {
    package enum Name: String, Sendable, Codable, CaseIterable {
        /// All manifests have been read without errors.
        case manifests
        /// The warehouse has freight.
        case freight
        /// Some of it is available to the stage.
        case available
        /// The stage promotes: it has steps.
        case steps
        /// The freight is not in the stage.
        case present
        /// No promotion of it to the stage is open.
        case queued
        /// The stage's branches have not lost it.
        case lost
        /// It was not promoted to the stage before.
        case triedBefore
        /// The stage's branches have been looked at.
        case notLooked
        /// Its branches bear no promotions that the state knows nothing of.
        case lostState
        /// Nobody else commits what the stage commits.
        case twoWriters
        /// A policy turns automatic promotion on.
        case automatic
        /// The freight came after the stage began to promote.
        case observedBefore
    }

    package enum Answer: String, Sendable, Codable, CaseIterable {
        case passes
        case blocks
        /// What an earlier rule has found leaves nothing to ask.
        case notAsked
    }

    package var name: Name
    package var answer: Answer
    /// One sentence for people; empty where it was not asked.
    package var reason: String
    /// When the clock alone changes the answer.
    package var until: Timestamp?

    package init(_ name: Name, _ answer: Answer, _ reason: String = "", until: Timestamp? = nil) {
        self.name = name
        self.answer = answer
        self.reason = reason
        self.until = until
    }
}
