/// What becomes of a promotion that waits for a pull request, as the host and the branches show it.
///
/// Whatever people do to a pull request ends in one of these, each with one sentence.
package enum PullRequestProgress: Sendable, Equatable {
    /// What landed on the target branch; `nil` where nobody knows it.
    case landed(commit: ObjectID?, String)
    case waiting(String)
    /// The promotion cannot go on.
    case failed(String)

    /// What Git says of its branches.
    package struct Branches: Sendable, Equatable {
        /// Whether the source branch is there.
        package var hasSource: Bool
        /// Whether the target branch has the head below it.
        package var targetHasHead: Bool

        package init(hasSource: Bool = true, targetHasHead: Bool = false) {
            self.hasSource = hasSource
            self.targetHasHead = targetHasHead
        }
    }

    /// - Parameters:
    ///   - target: the branch that it was to go into when it was first looked at.
    ///   - branches: not needed for one that the host says is merged.
    package static func of(_ pull: PullRequest, target: String, branches: Branches) -> PullRequestProgress {
        let name = "the pull request #\(pull.number)"
        let isElsewhere = pull.targetBranch != target
        switch pull.state {
        case .merged where isElsewhere:
            return .failed(
                "\(name) was retargeted, and merged into \(pull.targetBranch): \(target) does not have the change"
            )
        case .merged(let commit):
            let place = commit.map { " at \($0.short)" } ?? ""
            return .landed(commit: commit, "\(name) was merged into \(target)\(place)")
        case .open where isElsewhere:
            return .waiting("\(name) goes into \(pull.targetBranch) now, and not into \(target)")
        case .closed where isElsewhere: return .failed("\(name) was retargeted to \(pull.targetBranch), and closed")
        case .open, .closed:
            if branches.targetHasHead, let head = pull.head {
                return .landed(
                    commit: head,
                    "\(target) has the head \(head.short) of \(name): somebody has pushed it there"
                )
            }
            let isGone = !branches.hasSource
            if pull.state == .closed {
                return .failed(
                    "\(name) was closed and not merged" + (isGone ? "; its branch \(pull.sourceBranch) is gone" : "")
                )
            }
            if isGone {
                return .failed("\(name) can no longer be merged: its branch \(pull.sourceBranch) is gone")
            }
            return .waiting("\(name) is open" + (pull.isDraft ? ", and a draft" : ""))
        }
    }
}
