/// Whether a pull request has to be opened, or one that is there is the promotion's.
package enum PullRequestAdoption: Sendable, Equatable {
    /// It has the same head branch, head commit and base: it is taken as it is.
    case adopt(PullRequest)
    /// The host shows the branch's pull request at another commit than the branch is at: it has not caught up yet.
    case behind(PullRequest)
    case open

    /// - Parameters:
    ///   - found: those from the source branch to the target branch, newest first, whatever their state.
    ///   - head: where the source branch is; `nil`: it is gone.
    ///   - before: where it was when the promotion began to open one; `nil`: it has not begun.
    package static func of(_ found: [PullRequest], head: ObjectID?, before: ObjectID?) -> PullRequestAdoption {
        let own = found.filter { !$0.isFromFork }
        let heads = [head, before].compactMap(\.self)
        let same = own.filter { pull in pull.head.map(heads.contains) ?? false }
        if let pull = same.first(where: { $0.state == .open }) ?? same.first(where: \.isMerged) { return .adopt(pull) }
        if let other = own.first(where: { $0.state == .open }) { return .behind(other) }
        return .open
    }
}

extension PullRequest {
    package var isMerged: Bool { if case .merged = state { true } else { false } }
}
