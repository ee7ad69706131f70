/// A file as a tree has it.
package struct FileVersion: Sendable, Hashable {
    package var mode: UInt32
    package var id: ObjectID

    package init(mode: UInt32, id: ObjectID) {
        self.mode = mode
        self.id = id
    }
}

/// What became of one file; `nil`: it was not there, or is not any more.
package struct FileChange: Sendable, Hashable {
    package var old: FileVersion?
    package var new: FileVersion?

    package init(old: FileVersion?, new: FileVersion?) {
        self.old = old
        self.new = new
    }
}

/// What a promotion has pushed for a pull request.
package struct ProposedWork: Sendable, Equatable {
    package var promotion: PromotionID
    /// What its branch was left at.
    package var head: ObjectID
    /// On the whole, and, where it pushed several commits, of each of them: a host may land them one by one.
    package var changes: [[GitPath: FileChange]]

    package init(promotion: PromotionID, head: ObjectID, changes: [[GitPath: FileChange]]) {
        self.promotion = promotion
        self.head = head
        self.changes = changes
    }
}

/// Whose work a commit of a branch is, into which pull requests of promotions are merged.
///
/// It is told by what the commit changes against its first parent, and not by who made it or what the host says of it: so
/// it is the same for a merge commit, a squashed and a rebased one, whoever merged it, and before the host's answer or its
/// webhook is on record. A commit whose files are all a promotion's brings nothing new: freight of it would be promoted,
/// merged, and become freight again, without end. Files beside them are somebody's who has pushed to the pull request or
/// solved a conflict: they count as any commit of theirs would.
package enum MergedWork: Sendable, Equatable {
    /// Nothing of it is a promotion's.
    case foreign
    /// All of it is of these promotions.
    case own([PromotionID])
    /// Part of it is; these files are somebody else's.
    case mixed([GitPath])
    /// It may be: more promotions have changed its files than are compared.
    case unclear

    /// Two changes of one file by a promotion and by a commit, which leave different contents.
    package struct EditPair: Sendable, Hashable {
        package var landed: FileChange
        package var proposed: FileChange
    }

    /// The pairs of which it matters whether they are the same edit: the file was changed in between too, as by another
    /// promotion.
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
    ///   - landed: what the commit changes against its first parent.
    ///   - parents: of the commit.
    ///   - sameEdits: those of ``pairs(_:_:)`` in which the commit leaves what a merge of the promotion's edit gives.
    package static func of(
        _ landed: [GitPath: FileChange],
        parents: [ObjectID],
        proposals: [ProposedWork],
        sameEdits: Set<EditPair>
    ) -> MergedWork {
        // A merge of what the branch had already.
        guard !landed.isEmpty else {
            let merged = proposals.filter { parents.dropFirst().contains($0.head) }
            return merged.isEmpty ? .foreign : .own(merged.map(\.promotion))
        }
        let explained = proposals.map { proposal in
            landed.keys.filter { path in
                proposal.changes.contains { isOwn(landed[path], $0[path], sameEdits) }
            }
        }
        // Two promotions may have changed the same: the one that the commit names, else the one that changed the least.
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
    /// Of a file that was changed, and neither made nor removed.
    package var versions: (old: FileVersion, new: FileVersion)? {
        guard let old, let new else { return nil }
        return (old, new)
    }
}
