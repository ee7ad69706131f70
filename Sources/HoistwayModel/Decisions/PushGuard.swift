/// What a promotion is about to do to one branch, as far as the rules of "touch only your own" ask.
package struct PushProposal: Sendable, Equatable {
    /// A commit at the tip of the branch that is not ours.
    package struct ForeignCommit: Sendable, Equatable {
        package var id: ObjectID
        package var author: String
        package var subject: String

        package init(id: ObjectID, author: String, subject: String) {
            self.id = id
            self.author = author
            self.subject = subject
        }
    }

    package var branch: BranchKey
    package var tree: ObjectID
    /// Whether the promotion replaces the branch's tree, rather than edit files in it.
    package var replacesTree: Bool
    /// Newest first; empty where the tip is ours, or the branch is new.
    package var foreignCommits: [ForeignCommit]
    /// Paths, against the branch's tip; `nil` for a new branch.
    package var changedFiles: [String]?
    package var deletedFiles: [String]
    /// Kustomization folders of this branch that belong to other stages, by folder.
    package var othersFolders: [String: StageKey]
    /// Image entries that it changed in its own folders: old and new version.
    package var images: [ImageStep]

    package struct ImageStep: Sendable, Equatable {
        package var name: String
        package var oldTag: String?
        package var newTag: String?

        package init(name: String, oldTag: String?, newTag: String?) {
            self.name = name
            self.oldTag = oldTag
            self.newTag = newTag
        }
    }

    package init(
        branch: BranchKey,
        tree: ObjectID,
        replacesTree: Bool,
        foreignCommits: [ForeignCommit],
        changedFiles: [String]?,
        deletedFiles: [String],
        othersFolders: [String: StageKey],
        images: [ImageStep]
    ) {
        self.branch = branch
        self.tree = tree
        self.replacesTree = replacesTree
        self.foreignCommits = foreignCommits
        self.changedFiles = changedFiles
        self.deletedFiles = deletedFiles
        self.othersFolders = othersFolders
        self.images = images
    }
}

/// Whether a promotion may be pushed.
package enum PushGuard {
    /// One sentence with the way out, or `nil` where nothing stands against it.
    package static func objection(
        to proposal: PushProposal,
        stage: Stage,
        promotion: PromotionRecord,
        isOlder: (_ image: String, _ new: String, _ old: String) -> Bool
    ) -> String? {
        foreignWork(proposal, stage: stage)
            ?? otherStages(proposal, stage: stage)
            ?? downgrade(proposal, promotion: promotion, isOlder: isOlder)
            ?? excess(proposal, stage: stage, promotion: promotion)
    }

    private static func foreignWork(_ proposal: PushProposal, stage: Stage) -> String? {
        guard proposal.replacesTree, stage.foreignCommits == .stop, let tip = proposal.foreignCommits.first else {
            return nil
        }
        let more = proposal.foreignCommits.count > 1 ? " and \(proposal.foreignCommits.count - 1) before it" : ""
        return
            "\(proposal.branch.branch) ends in commit \(tip.id.short) by \(tip.author) (\(tip.subject))\(more), which is not "
            + "Hoistway's, and this promotion would replace the whole tree: accept it with `hoistway adopt \(stage.key)`, "
            + "or set foreignCommits for the stage"
    }

    private static func otherStages(_ proposal: PushProposal, stage: Stage) -> String? {
        for file in (proposal.changedFiles ?? []) + proposal.deletedFiles {
            let parts = file.split(separator: "/", omittingEmptySubsequences: false)
            guard let name = parts.last, ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(name)
            else {
                continue
            }
            let folder = parts.dropLast().joined(separator: "/")
            if let other = proposal.othersFolders[folder] {
                return
                    "it would change \(file) on \(proposal.branch.branch), which belongs to stage \(other), not to \(stage.key)"
            }
        }
        return nil
    }

    private static func downgrade(
        _ proposal: PushProposal,
        promotion: PromotionRecord,
        isOlder: (String, String, String) -> Bool
    ) -> String? {
        guard promotion.actor == .automatic else { return nil }
        for image in proposal.images {
            guard let old = image.oldTag, let new = image.newTag, old != new, isOlder(image.name, new, old) else {
                continue
            }
            return
                "\(proposal.branch.branch) carries \(image.name) \(old), and \(new) is older: an older version is never "
                + "promoted automatically; `hoistway promote \(promotion.stage) \(promotion.freight.short)` does it by hand"
        }
        return nil
    }

    /// What exceeds the stage's limits, and how a person accepts it.
    package static func excess(_ proposal: PushProposal, stage: Stage, promotion: PromotionRecord) -> String? {
        guard let changed = proposal.changedFiles, promotion.acceptedTree != proposal.tree else { return nil }
        let deleted = proposal.deletedFiles
        let isTooMuch = deleted.count > stage.limits.deletedFiles || changed.count > stage.limits.changedFiles
        guard isTooMuch else { return nil }
        let named = (deleted + changed).prefix(3).joined(separator: ", ")
        return
            "it would change \(changed.count) and delete \(deleted.count) files of \(proposal.branch.branch) (\(named), …), more than "
            + "the stage's limits (changedFiles \(stage.limits.changedFiles), deletedFiles \(stage.limits.deletedFiles)): look at the diff, then "
            + "`hoistway promote \(stage.key) \(promotion.freight.short) --accept \(proposal.tree)`"
    }
}
