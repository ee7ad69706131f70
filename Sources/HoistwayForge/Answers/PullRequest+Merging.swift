import HoistwayModel

extension PullRequest {
    /// What is clear before a host is asked to merge; `nil`: it is open, and at this head.
    ///
    /// Nothing is merged that somebody has pushed on top of the wanted head.
    ///
    /// - Parameters:
    ///   - head: the commit that may be merged; `nil`: whatever is there.
    ///   - closed: the host's word for a pull request that was closed without a merge.
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
