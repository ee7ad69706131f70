/// A pull request in the common model of the test hosts.
package struct ForgePull: Sendable {
    package enum State: Sendable, Equatable {
        case open
        case closed
        /// `commit`: the merged commit on the target.
        case merged(commit: String)
    }

    package var number: Int
    package var title: String
    package var body: String
    package var source: String
    package var target: String
    package var state: State
    /// The last known head of the source branch.
    package var head: String
    /// The last known head of the target branch before a merge.
    package var base: String
    package var labels: [String] = []
    package var isDraft = false
    /// A required check or approval is missing.
    package var isHeld = false
    /// For this number of looks, the host has not computed yet whether it can be merged.
    package var looksUntilChecked = 0
    /// Seconds since 1970; each change has a later one.
    package var createdAt: Int
    package var updatedAt: Int
    /// Counts changes; some hosts require it in a merge request.
    package var version = 0
}

/// A commit status at a host: the newest one of each context.
package struct ForgeStatus: Sendable, Equatable {
    package var commit: String
    package var context: String
    /// In the host's own terms.
    package var state: String
    package var description: String
    package var url: String?
}

/// How a pull request is merged into its target branch.
package enum ForgeMergeWay: Sendable {
    case mergeCommit
    /// One commit with all changes.
    case squash
    /// Each commit is made again on the target.
    case rebase
    /// The same, and a merge commit.
    case rebaseMerge
    /// No new commit; refused where the target has others.
    case fastForward
    /// No new commit where the target has no others; else a merge commit.
    case fastForwardOrMerge
}

/// Why the model refuses an action.
enum ForgeModelFailure: Error, Equatable {
    case noBranch(String)
    case nothingToMerge
    case existsAlready(number: Int)
    case noPull
    case notOpen
    case conflict
    case held
    case draft
    case unchecked
    case headChanged
    case notFastForward
}
