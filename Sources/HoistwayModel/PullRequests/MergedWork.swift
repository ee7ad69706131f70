/// A file in a tree.
package struct FileVersion: Sendable, Hashable {
    package var mode: UInt32
    package var id: ObjectID

    package init(mode: UInt32, id: ObjectID) {
        self.mode = mode
        self.id = id
    }
}

/// The change of one file; `nil`: the file did not exist before, or does not exist after.
package struct FileChange: Sendable, Hashable {
    package var old: FileVersion?
    package var new: FileVersion?

    package init(old: FileVersion?, new: FileVersion?) {
        self.old = old
        self.new = new
    }
}

/// The changes that a promotion has pushed for a pull request.
package struct ProposedWork: Sendable, Equatable {
    package var promotion: PromotionID
    /// The head that the promotion left on its branch.
    package var head: ObjectID
    /// The changes of all commits together and, if there are several, of each: a host may rebase them one by one.
    package var changes: [[GitPath: FileChange]]

    package init(promotion: PromotionID, head: ObjectID, changes: [[GitPath: FileChange]]) {
        self.promotion = promotion
        self.head = head
        self.changes = changes
    }
}

/// Decides whether a commit of a branch is the work of promotions, whose pull requests are merged into the branch.
///
/// It depends on the commit's changes against its first parent, and not on its author or on the host's data. So it is
/// the same for a merge commit, a squashed and a rebased one, whoever merged it. It is also known before the host's
/// answer or webhook arrives.
///
/// A commit with only a promotion's files has nothing new: its freight would be promoted, merged, and become freight
/// again, without end. Other files come from people who have pushed to the pull request or solved a conflict: they
/// count like files of any other commit.
package enum MergedWork: Sendable, Equatable {
    /// No part of it is a promotion's.
    case foreign
    /// All of it belongs to these promotions.
    case own([PromotionID])
    /// A part of it belongs to promotions; these files belong to others.
    case mixed([GitPath])
    /// Not known: more promotions have changed its files than are compared.
    case unclear

    /// Changes of one file by a promotion and by a commit, with different results.
    package struct EditPair: Sendable, Hashable {
        package var landed: FileChange
        package var proposed: FileChange
    }

    /// The pairs for which it must be checked whether both are the same edit.
    ///
    /// Their file was also changed in between, for example by another promotion.
    package static func pairs(
        _ landed: [GitPath: FileChange],
        _ proposals: [ProposedWork]
    ) -> Set<EditPair> {
        var pairs: Set<EditPair> = []
        for changes in proposals.lazy.flatMap(\.changes) {
            for (path, change) in changes {
                guard let found = landed[path], found.new != change.new, found.old != change.old,
                    let versions = found.versions, let wanted = change.versions,
                    versions.new.mode == wanted.new.mode
                else { continue }
                pairs.insert(EditPair(landed: found, proposed: change))
            }
        }
        return pairs
    }

    /// - Parameters:
    ///   - landed: the commit's changes against its first parent.
    ///   - parents: the commit's parents.
    ///   - sameEdits: the pairs of ``pairs(_:_:)`` in which a merge of the promotion's edit gives the commit's content.
    package static func of(
        _ landed: [GitPath: FileChange],
        parents: [ObjectID],
        proposals: [ProposedWork],
        sameEdits: Set<EditPair>
    ) -> MergedWork {
        // It merges commits that the branch already had.
        guard !landed.isEmpty else {
            let merged = proposals.filter { parents.dropFirst().contains($0.head) }
            return merged.isEmpty ? .foreign : .own(merged.map(\.promotion))
        }
        let explained = proposals.map { proposal in
            landed.keys.filter { path in
                proposal.changes.contains { isOwn(landed[path], $0[path], sameEdits) }
            }
        }
        // If several promotions made the same changes: the one that the commit names, otherwise the one with the fewest
        // changes.
        let whole = proposals.indices.filter { explained[$0].count == landed.count }
        let closest = whole.min { left, right in
            func order(_ index: Int) -> (Int, Int) {
                let proposal = proposals[index]
                return (parents.contains(proposal.head) ? 0 : 1, proposal.changes.first?.count ?? 0)
            }
            return order(left) < order(right)
        }
        if let closest { return .own([proposals[closest].promotion]) }
        let own = Set(explained.joined())
        guard !own.isEmpty else { return .foreign }
        let others = landed.keys.filter { !own.contains($0) }
        guard others.isEmpty else { return .mixed(others.sorted()) }
        return .own(proposals.indices.filter { !explained[$0].isEmpty }.map { proposals[$0].promotion })
    }

    private static func isOwn(_ landed: FileChange?, _ proposed: FileChange?, _ sameEdits: Set<EditPair>) -> Bool {
        guard let landed, let proposed else { return false }
        return landed.new == proposed.new || sameEdits.contains(EditPair(landed: landed, proposed: proposed))
    }
}

extension FileChange {
    /// Both versions of a file that was changed, but neither added nor removed.
    package var versions: (old: FileVersion, new: FileVersion)? {
        guard let old, let new else { return nil }
        return (old, new)
    }
}
