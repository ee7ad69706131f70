import HashTreeCollections

/// The branches that promotions write, by repository, and our own commits.
package struct BranchIndex: RecordIndex {
    package typealias Key = BranchKey
    package typealias Record = BranchRecord

    /// The number of branches that have recorded the commit.
    private var own: TreeDictionary<ObjectID, Int> = [:]
    /// By short name.
    private var byName: TreeDictionary<String, TreeSet<BranchKey>> = [:]

    package init() {}

    package func isOwn(_ commit: ObjectID) -> Bool { own[commit] != nil }

    /// In all repositories, in no particular order.
    package func branches(named name: String) -> some Sequence<BranchKey> { byName[name] ?? [] }

    package mutating func replace(_ old: BranchRecord?, with new: BranchRecord?) {
        if old?.key != new?.key {
            if let old {
                byName[old.key.branch]?.remove(old.key)
                if byName[old.key.branch]?.isEmpty == true { byName[old.key.branch] = nil }
            }
            if let new { byName[new.key.branch, default: []].insert(new.key) }
        }
        let before = old?.ownCommits ?? []
        let after = new?.ownCommits ?? []
        guard before != after else { return }
        // Usually one was added, or one was added and the oldest one removed.
        let known = Set(before)
        let kept = Set(after)
        for commit in kept.subtracting(known) { own[commit, default: 0] += 1 }
        for commit in known.subtracting(kept) {
            let rest = (own[commit] ?? 1) - 1
            own[commit] = rest > 0 ? rest : nil
        }
    }
}
