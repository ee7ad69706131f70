/// What a promotion is about to do to one branch, as far as the rules of "touch only your own" ask.
package struct PushProposal: Sendable, Equatable {
    package var branch: BranchKey
    package var tree: ObjectID
    /// Whether the promotion replaces the branch's tree, rather than edit files in it.
    package var replacesTree: Bool
    /// How the branch stands to what was left there.
    package var standing: BranchStanding
    /// Where the branch is at the remote; `nil` for a new branch.
    package var tip: ObjectID?
    /// Commits of others that have changed what this promotion would write over, newest first.
    package var foreignCommits: [ForeignCommit]
    /// What of it this promotion would write over or delete; `nil`: more than is looked at.
    package var foreignFiles: [GitPath]?
    /// Another program that has changed a kustomization which the stage edits, since its last promotion.
    package var secondWriter: SecondWriter?
    /// Paths, against the branch's tip; `nil` for a new branch.
    package var changedFiles: [GitPath]?
    package var deletedFiles: [GitPath]
    /// Kustomization folders of this branch that belong to other stages, by folder.
    package var othersFolders: [GitPath: StageKey]
    /// Image entries that it changed in its own folders: old and new version.
    package var images: [ImageStep]
    /// Entries that its freight does not carry and another stage's does, as they would change.
    package var othersEntries: [OthersEntry]
    /// Of which images it is not known whether they become older, a sentence; `nil`: of none.
    package var unchecked: String?
    /// Manifests in which nothing changes but images of the promotion's freight.
    package var imageOnlyFiles: Set<GitPath> = []
    /// Of the difference from the branch; `nil`: it was not asked for, or more files differ than are compared.
    package var digest: String?
    /// Content of other stages that it replaces although nothing refuses that, a sentence each.
    package var replaced: [String] = []
    /// It is the merge of a pull request, which a person may make as well.
    package var isMerge = false

    /// An image entry that is another stage's to change.
    package struct OthersEntry: Sendable, Equatable {
        package var file: String
        package var name: String
        package var stage: StageKey
        /// As people write it; `nil` where there is none.
        package var old: String?
        package var new: String?

        package init(file: String, name: String, stage: StageKey, old: String?, new: String?) {
            self.file = file
            self.name = name
            self.stage = stage
            self.old = old
            self.new = new
        }
    }

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
        standing: BranchStanding = .asLeft,
        tip: ObjectID? = nil,
        foreignCommits: [ForeignCommit],
        foreignFiles: [GitPath]? = nil,
        secondWriter: SecondWriter? = nil,
        changedFiles: [GitPath]?,
        deletedFiles: [GitPath],
        othersFolders: [GitPath: StageKey],
        images: [ImageStep],
        othersEntries: [OthersEntry] = [],
        unchecked: String? = nil
    ) {
        self.branch = branch
        self.tree = tree
        self.replacesTree = replacesTree
        self.standing = standing
        self.tip = tip
        self.foreignCommits = foreignCommits
        self.foreignFiles = foreignFiles
        self.secondWriter = secondWriter
        self.changedFiles = changedFiles
        self.deletedFiles = deletedFiles
        self.othersFolders = othersFolders
        self.images = images
        self.othersEntries = othersEntries
        self.unchecked = unchecked
    }
}

/// Whether a promotion may be pushed.
package enum PushGuard {
    /// What stands against a push.
    package struct Objection: Sendable, Equatable {
        /// One sentence with the way out.
        package var text: String
        package var code: FailureRecord.Code
        /// Nothing more is promoted to the stage by itself until a person has looked.
        package var pause: StageRecord.Pause.Kind?
        /// What exceeds the stage's limits, where that alone stands against it.
        package var excess: String?
        /// Where it pauses the stage: its freight can be taken over from the branches.
        package var isHoistways = false

        package init(
            _ text: String,
            _ code: FailureRecord.Code = .refused,
            pause: StageRecord.Pause.Kind? = nil,
            excess: String? = nil,
            isHoistways: Bool = false
        ) {
            self.text = text
            self.code = code
            self.pause = pause
            self.isHoistways = isHoistways
            self.excess = excess
        }

        /// It waits for a person who accepts this difference.
        package var awaitsAcceptance: Bool { excess != nil }
    }

    /// `nil` where nothing stands against it.
    ///
    /// What others do on the branch is no objection to a promotion that is only observed: that is what it is
    /// compared with.
    package static func objection(
        to proposal: PushProposal,
        stage: Stage,
        promotion: PromotionRecord,
        isOlder: (_ image: String, _ new: String, _ old: String) -> Bool
    ) -> Objection? {
        let isObserved = promotion.mode == .observe
        if !isObserved {
            if let other = proposal.secondWriter {
                return other.objection(branch: proposal.branch.branch, stage: stage.key)
            }
            if let text = drift(proposal, stage: stage) { return Objection(text, .drift) }
            if let text = foreignWork(proposal, stage: stage) { return Objection(text, .foreignCommits) }
        }
        if let text = otherStages(proposal, stage: stage) ?? othersEntries(proposal, stage: stage) {
            return Objection(text, .othersWork)
        }
        if let text = downgrade(proposal, promotion: promotion, isOlder: isOlder) { return Objection(text, .downgrade) }
        return excess(proposal, stage: stage, promotion: promotion).map {
            let accept = acceptance(proposal, promotion: promotion)
            return Objection("\($0): look at the diff, then \(accept)", .limits, excess: $0)
        }
    }

    /// Where the branch was left, and where it is instead; `nil` where nobody has forced or deleted it.
    package static func drift(_ standing: BranchStanding, branch: String, stage: Stage) -> String? {
        let adopt = "`hoistway adopt \(stage.key)`"
        let setting =
            "or set \(place(of: stage)) to overwrite, which goes on from whatever is there (stop and keep wait for a person; "
            + "it is \(stage.foreignCommits.rawValue) now)"
        switch standing {
        case .asLeft, .ahead: return nil
        case .gone(let left):
            return
                "\(branch) has drifted: it was left at \(left), and is gone: \(adopt) accepts that; a promotion makes "
                + "the branch again only where git-clone's checkout of it has `create: true`; \(setting)"
        case .rewritten(let left, let tip):
            return
                "\(branch) has drifted: it was left at \(left), and is at \(tip), which does not contain that commit: look at "
                + "the branch, then \(adopt); \(setting)"
        }
    }

    /// Where the configuration file says what becomes of others' commits.
    package static func place(of stage: Stage) -> String {
        "projects.\(stage.key.project).stages.\(stage.key.name).foreignCommits"
    }

    /// What the other values do, for a stage that stops.
    package static func choices(for stage: Stage) -> String {
        "\(place(of: stage)) in the configuration file, which is \(stage.foreignCommits.rawValue) now (stop | keep | overwrite): "
            + "keep takes these files over into every promotion, overwrite writes over them without asking"
    }

    private static func drift(_ proposal: PushProposal, stage: Stage) -> String? {
        guard stage.foreignCommits != .overwrite else { return nil }
        return drift(proposal.standing, branch: proposal.branch.branch, stage: stage)
    }

    private static func foreignWork(_ proposal: PushProposal, stage: Stage) -> String? {
        let commits = proposal.foreignCommits
        // A merge brings what was pushed, and cannot keep anything besides.
        let isRefused = stage.foreignCommits == .stop || proposal.isMerge && stage.foreignCommits == .keep
        guard isRefused, let newest = commits.first else { return nil }
        let named = commits.prefix(maxNamed).map(\.detail).joined(separator: "; ")
        let more = commits.count > maxNamed ? "; and \(commits.count - maxNamed) older ones" : ""
        let place =
            proposal.tip.map { $0 == newest.id ? "at its tip" : "below its tip \($0.short)" }.map { ", \($0)" } ?? ""
        let files = proposal.foreignFiles.map(ForeignCommit.named) ?? "more files of theirs than are looked at"
        let these = commits.count == 1 ? "a commit that Hoistway did not make" : "commits that Hoistway did not make"
        return
            "\(proposal.branch.branch) has \(these)\(place): \(named)\(more). This promotion would write over or delete "
            + "\(files): "
            + (proposal.isMerge
                ? "merge the pull request by hand if that is right, or `hoistway adopt \(stage.key)` and promote again, or set "
                    + "\(Self.place(of: stage)) to overwrite"
                : "`hoistway adopt \(stage.key)` accepts that, or set \(choices(for: stage))")
    }

    /// How many commits one sentence names.
    private static let maxNamed = 3

    private static func otherStages(_ proposal: PushProposal, stage: Stage) -> String? {
        for file in (proposal.changedFiles ?? []) + proposal.deletedFiles {
            guard EditedFolder.isKustomization(file) else { continue }
            if let other = proposal.othersFolders[file.folder] {
                return
                    "it would change \(file) on \(proposal.branch.branch), which belongs to stage \(other), not to \(stage.key)"
            }
        }
        return nil
    }

    private static func othersEntries(_ proposal: PushProposal, stage: Stage) -> String? {
        guard let entry = proposal.othersEntries.first else { return nil }
        let count = proposal.othersEntries.count
        let more = count > 1 ? " (and \(count - 1) more)" : ""
        return
            "it would set \(entry.name) from \(entry.old ?? "nothing") to \(entry.new ?? "nothing") in \(entry.file) on "
            + "\(proposal.branch.branch)\(more), which belongs to stage \(entry.stage), not to \(stage.key): "
            + "carryImages: true for the stage keeps what the branch has"
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

    /// What exceeds the stage's limits, and was not accepted.
    private static func excess(_ proposal: PushProposal, stage: Stage, promotion: PromotionRecord) -> String? {
        guard let (changed, deleted) = beyondLimits(proposal, stage: stage), promotion.acceptedTree != proposal.tree
        else {
            return nil
        }
        if let digest = proposal.digest, promotion.acceptedDifferences?.contains(digest) ?? false { return nil }
        let all = deleted + changed
        let named = all.prefix(3).map(\.shortened).joined(separator: ", ") + (all.count > 3 ? ", …" : "")
        let does = [("change", changed.count), ("delete", deleted.count)].filter { $0.1 > 0 }
            .map { "\($0) \($1) \($1 == 1 ? "file" : "files")" }.joined(separator: " and ")
        return
            "it would \(does) of \(proposal.branch.branch) (\(named)), more than the stage's limits (changedFiles "
            + "\(stage.limits.changedFiles), deletedFiles \(stage.limits.deletedFiles))"
    }

    private static func acceptance(_ proposal: PushProposal, promotion: PromotionRecord) -> String {
        // Where more files differ than are compared one by one, the whole tree is accepted.
        let accepted = proposal.digest ?? proposal.tree.hex
        // A merge comes behind pushes: what was accepted of them is accepted again.
        let earlier = proposal.isMerge ? promotion.acceptedDifferences ?? [] : []
        let all = (earlier + [accepted]).map { "--accept \($0)" }.joined(separator: " ")
        return "`hoistway promote \(promotion.stage) \(promotion.freight.short) \(all)`"
    }

    /// What changes and what is deleted, where that is more than the stage's limits; `nil`: it is not.
    package static func beyondLimits(
        _ proposal: PushProposal,
        stage: Stage
    ) -> (changed: [GitPath], deleted: [GitPath])? {
        guard let changed = proposal.changedFiles else { return nil }
        let deleted = PackedCharts.deletions(proposal.deletedFiles, besides: changed)
        let isTooMuch = deleted.count > stage.limits.deletedFiles || changed.count > stage.limits.changedFiles
        return isTooMuch ? (changed, deleted) : nil
    }
}
