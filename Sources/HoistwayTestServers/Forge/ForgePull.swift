/// A pull request as the shared model of the contract servers keeps it.
package struct ForgePull: Sendable {
    package enum State: Sendable, Equatable {
        case open
        case closed
        /// `commit`: what landed.
        case merged(commit: String)
    }

    package var number: Int
    package var title: String
    package var body: String
    package var source: String
    package var target: String
    package var state: State
    /// The head of the source branch; the last one that was seen.
    package var head: String
    /// The head of the target branch when it was last seen, or before the merge.
    package var base: String
    package var labels: [String] = []
    package var isDraft = false
    /// A required check or approval is missing.
    package var isHeld = false
    /// The host still works out whether it can be merged, for so many looks.
    package var looksUntilChecked = 0
    /// Seconds since 1970; each change has a later one.
    package var createdAt: Int
    package var updatedAt: Int
    /// Counts changes; some hosts want it at a merge.
    package var version = 0
}

/// A commit status as a host keeps it: the newest of each context.
package struct ForgeStatus: Sendable, Equatable {
    package var commit: String
    package var context: String
    /// In the host's own words.
    package var state: String
    package var description: String
    package var url: String?
}

/// How a target branch takes a pull request in.
package enum ForgeMergeWay: Sendable {
    case mergeCommit
    /// One commit with everything.
    case squash
    /// Each commit anew on the target.
    case rebase
    /// The same, and a merge commit.
    case rebaseMerge
    /// No new commit; refused where the target has others.
    case fastForward
    /// No new commit where the target has no others, else a merge commit.
    case fastForwardOrMerge
}

/// Why the model does not do something.
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
