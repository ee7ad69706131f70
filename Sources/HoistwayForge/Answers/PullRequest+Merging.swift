import HoistwayModel

extension PullRequest {
    /// The answer that is clear before a merge is requested; `nil`: it is open, and at this head.
    ///
    /// Commits that somebody has pushed on top of the wanted head are never merged.
    ///
    /// - Parameters:
    ///   - head: the commit that may be merged; `nil`: any head.
    ///   - closed: the host's term for a pull request that was closed without a merge.
    func settled(head: ObjectID?, closed: String) -> MergeAnswer? {
        switch state {
        case .merged(let commit): return .merged(commit: commit)
        case .closed: return .never("it is \(closed)")
        case .open: break
        }
        guard let head, let present = self.head, present != head else { return nil }
        return .never("its head is \(present.short), and not \(head.short): somebody has pushed to its branch")
    }
}
