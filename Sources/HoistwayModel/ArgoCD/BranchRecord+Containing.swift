extension BranchRecord {
    /// Whether our own pushes alone show that `live` has `desired` below it.
    ///
    /// Each of our commits was put on top of those before it, as long as nobody has ever put the branch back: then no
    /// head of others had to be accepted. `false` says only that it is not known here.
    package func showsContained(_ desired: ObjectID, in live: ObjectID) -> Bool {
        guard lastAccepted == nil, drift == nil, let place = ownCommits.lastIndex(of: live) else { return false }
        return ownCommits[..<place].contains(desired)
    }
}
