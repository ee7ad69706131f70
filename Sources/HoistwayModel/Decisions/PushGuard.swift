/// The changes of a promotion on one branch, as far as the rules of "touch only your own" use them.
package struct PushProposal: Sendable, Equatable {
    package var branch: BranchKey
    package var tree: ObjectID
    /// Whether the promotion replaces the branch's tree instead of editing files in it.
    package var replacesTree: Bool
    /// The state of the branch, compared with the head that Hoistway left.
    package var standing: BranchStanding
    /// The branch's head at the remote; `nil` for a new branch.
    package var tip: ObjectID?
    /// Commits of others with changes that this promotion would overwrite, newest first.
    package var foreignCommits: [ForeignCommit]
    /// Files of these changes that the promotion would overwrite or delete; `nil`: too many to check.
    package var foreignFiles: [GitPath]?
    /// Another program that has changed a kustomization of the stage since the stage's last promotion.
    package var secondWriter: SecondWriter?
    /// Paths that differ from the branch's tip; `nil` for a new branch.
    package var changedFiles: [GitPath]?
    package var deletedFiles: [GitPath]
    /// Kustomization folders of other stages on this branch, by folder.
    package var othersFolders: [GitPath: StageKey]
    /// Image entries that changed in its own folders: old and new version.
    package var images: [ImageStep]
    /// Entries that are not in its freight but in another stage's, with their changes.
    package var othersEntries: [OthersEntry]
    /// The images for which it is not known whether they become older, as a sentence; `nil`: there are none.
    package var unchecked: String?
    /// Manifests in which only images of the promotion's freight change.
    package var imageOnlyFiles: Set<GitPath> = []
    /// The digest of the difference from the branch; `nil`: not requested, or more files differ than are compared.
    package var digest: String?
    /// Content of other stages that it replaces although no rule refuses that, one sentence each.
    package var replaced: [String] = []
    /// Whether it is the merge of a pull request, which a person may also make.
    package var isMerge = false

    /// An image entry that only another stage may change.
    package struct OthersEntry: Sendable, Equatable {
        package var file: String
        package var name: String
        package var stage: StageKey
        /// The version in the form for people; `nil` where there is none.
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
    /// Why a push is refused.
    package struct Objection: Sendable, Equatable {
        /// One sentence, with the solution.
        package var text: String
        package var code: FailureRecord.Code
        /// Pauses automatic promotion to the stage until a person has checked it.
        package var pause: StageRecord.Pause.Kind?
        /// The exceeded limits of the stage, if they are the only reason.
        package var excess: String?
        /// For a pause: whether the stage's freight can be restored from the branches.
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

        /// Whether it waits until a person accepts the difference.
        package var awaitsAcceptance: Bool { excess != nil }
    }

    /// `nil` where the push is allowed.
    ///
    /// Changes of others on the branch are no reason against an observed promotion, since it is compared with them.
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

    /// The old and the present head of the branch; `nil` where nobody has forced or deleted it.
    package static func drift(_ standing: BranchStanding, branch: String, stage: Stage) -> String? {
        let adopt = "`hoistway adopt \(stage.key)`"
        let setting =
            "or set \(place(of: stage)) to overwrite, which accepts any state of the branch "
            + "(stop and keep wait for a person; it is \(stage.foreignCommits.rawValue) now)"
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

    /// The setting in the configuration file for commits of others.
    package static func place(of stage: Stage) -> String {
        "projects.\(stage.key.project).stages.\(stage.key.name).foreignCommits"
    }

    /// The effects of the other values, for a stage with `stop`.
    package static func choices(for stage: Stage) -> String {
        "\(place(of: stage)) in the configuration file, which is \(stage.foreignCommits.rawValue) now (stop | keep | overwrite): "
            + "keep keeps these files in every promotion, overwrite replaces them without confirmation"
    }

    private static func drift(_ proposal: PushProposal, stage: Stage) -> String? {
        guard stage.foreignCommits != .overwrite else { return nil }
        return drift(proposal.standing, branch: proposal.branch.branch, stage: stage)
    }

    private static func foreignWork(_ proposal: PushProposal, stage: Stage) -> String? {
        let commits = proposal.foreignCommits
        // A merge adds the pushed changes, and cannot keep other files.
        let isRefused = stage.foreignCommits == .stop || proposal.isMerge && stage.foreignCommits == .keep
        guard isRefused, let newest = commits.first else { return nil }
        let named = commits.prefix(maxNamed).map(\.detail).joined(separator: "; ")
        let more = commits.count > maxNamed ? "; and \(commits.count - maxNamed) older ones" : ""
        let place =
            proposal.tip.map { $0 == newest.id ? "at its tip" : "below its tip \($0.short)" }.map { ", \($0)" } ?? ""
        let files = proposal.foreignFiles.map(ForeignCommit.named) ?? "more of their files than Hoistway can list"
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

    /// The exceeded limits of the stage, unless a person has accepted the difference.
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
        // If more files differ than are compared one by one, the whole tree is accepted.
        let accepted = proposal.digest ?? proposal.tree.hex
        // A merge follows pushes: their accepted differences are accepted again.
        let earlier = proposal.isMerge ? promotion.acceptedDifferences ?? [] : []
        let all = (earlier + [accepted]).map { "--accept \($0)" }.joined(separator: " ")
        return "`hoistway promote \(promotion.stage) \(promotion.freight.short) \(all)`"
    }

    /// The changed and the deleted files, if they exceed the stage's limits; `nil`: they do not.
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
