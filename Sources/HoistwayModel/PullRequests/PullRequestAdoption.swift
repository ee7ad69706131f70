/// Whether a pull request must be opened, or an existing one is the promotion's.
package enum PullRequestAdoption: Sendable, Equatable {
    /// It has the same head branch, head commit and base: it is used as it is.
    case adopt(PullRequest)
    /// The host still shows the branch's pull request at another commit than the branch's head.
    case behind(PullRequest)
    case open

    /// - Parameters:
    ///   - found: pull requests from the source branch to the target branch, newest first, in any state.
    ///   - head: the head of the source branch; `nil`: the branch was deleted.
    ///   - before: the head when the promotion began to open a pull request; `nil`: it has not begun.
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
