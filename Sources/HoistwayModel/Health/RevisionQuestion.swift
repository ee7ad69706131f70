/// Whether the history of a revision that is live has the wanted one in it.
package struct RevisionQuestion: Hashable, Sendable {
    /// The URL of the Application's source.
    package var repository: String
    /// Of that source; empty means the default branch.
    package var targetRevision: String
    /// What Argo CD has compared the Application with.
    package var live: ObjectID
    /// A commit, or the name of a tag or a branch.
    package var wanted: String

    package init(repository: String, targetRevision: String, live: ObjectID, wanted: String) {
        self.repository = repository
        self.targetRevision = targetRevision
        self.live = live
        self.wanted = wanted
    }

    /// Whether the same answer holds for ever: the history of a commit never changes, and what a name stands for may.
    package func isFinal(_ answer: RevisionStanding) -> Bool {
        switch answer {
        case .contained: true
        case .absent: ObjectID(wanted) != nil
        case .unknown: false
        }
    }
}
