/// Asks whether the history of the live revision contains the wanted one.
package struct RevisionQuestion: Hashable, Sendable {
    /// The URL of the Application's source.
    package var repository: String
    /// The source's targetRevision; empty means the default branch.
    package var targetRevision: String
    /// The revision with which Argo CD has compared the Application.
    package var live: ObjectID
    /// A commit, or the name of a tag or a branch.
    package var wanted: String

    package init(repository: String, targetRevision: String, live: ObjectID, wanted: String) {
        self.repository = repository
        self.targetRevision = targetRevision
        self.live = live
        self.wanted = wanted
    }

    /// Whether the answer can never change: the history of a commit never changes, but a name may move.
    package func isFinal(_ answer: RevisionStanding) -> Bool {
        switch answer {
        case .contained: true
        case .absent: ObjectID(wanted) != nil
        case .unknown: false
        }
    }
}
