/// The state of a promotion that waits for a pull request, from the host's data and the branches.
///
/// Every action of people on a pull request leads to one of these states, each with one sentence.
package enum PullRequestProgress: Sendable, Equatable {
    /// It was merged, with the resulting commit on the target branch; `nil` where the commit is not known.
    case landed(commit: ObjectID?, String)
    case waiting(String)
    /// The promotion cannot continue.
    case failed(String)

    /// Git's data about its branches.
    package struct Branches: Sendable, Equatable {
        /// Whether the source branch exists.
        package var hasSource: Bool
        /// Whether the target branch contains the head.
        package var targetHasHead: Bool

        package init(hasSource: Bool = true, targetHasHead: Bool = false) {
            self.hasSource = hasSource
            self.targetHasHead = targetHasHead
        }
    }

    /// - Parameters:
    ///   - target: the target branch at the first look.
    ///   - branches: not needed for a pull request that is merged for the host.
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
