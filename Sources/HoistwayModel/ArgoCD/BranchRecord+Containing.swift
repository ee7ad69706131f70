extension BranchRecord {
    /// Whether our own pushes alone prove that `live` contains `desired`.
    ///
    /// Each of our commits was made on top of the earlier ones, unless somebody has reset the branch: then we had to
    /// accept a head of others. `false` means only that it is not known here.
    package func showsContained(_ desired: ObjectID, in live: ObjectID) -> Bool {
        guard lastAccepted == nil, drift == nil, let place = ownCommits.lastIndex(of: live) else { return false }
        return ownCommits[..<place].contains(desired)
    }
}
