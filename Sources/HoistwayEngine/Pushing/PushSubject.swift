import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// What is pushed, to where, and by which promotion: the subject of all checks of a push.
struct PushSubject: Sendable {
    let core: EngineCore
    let record: PromotionRecord
    /// Changes that its steps made in kustomizations.
    private(set) var imageChanges: [ImageChange]
    /// Image entries that its steps have set, changed or not.
    private(set) var imagesSet: [ImageChange]
    /// Values in files that its steps have set to versions of images, changed or not.
    private(set) var imageValues: [ImageValue]
    let stage: Stage
    let key: BranchKey
    /// The branch whose stages matter: for a tag or a promotion's own branch, the checked-out branch.
    let owned: BranchKey
    /// The record of earlier pushes to the branch.
    let known: BranchRecord?
    private(set) var checkout: PromotionPlan.Checkout?

    init(_ need: PushNeed, draft: Draft, stage: Stage, core: EngineCore) async {
        self.core = core
        record = draft.record
        self.stage = stage
        key = need.branchKey
        owned =
            need.isOnStageBranch ? key : BranchKey(remote: key.remote, branch: need.checkedOut ?? need.targetBranch)
        known = need.isOnStageBranch ? await core.ledger.snapshot.branches[key] : nil
        let checkout = draft.plan.checkout(holding: need.path)
        self.checkout = checkout
        let isCopied = checkout.map { $0.isCleared || !$0.copiedPlaces.isEmpty } ?? false
        // If files were copied from other checkouts, changes in those count too.
        func isHere(_ mount: String) -> Bool { isCopied || checkout.map { $0.mount == mount } ?? true }
        imageChanges = draft.run.imageChanges.filter { isHere($0.mount) }
        imagesSet = draft.run.imagesSet.filter { isHere($0.mount) }
        imageValues = draft.run.imageValues.filter { isHere($0.mount) }
        self.isCopied = isCopied
        subscribed = core.subscriptions(of: stage.key).compactMap { subscription in
            if case .image(let image) = subscription { image } else { nil }
        }
    }

    var replacesTree: Bool { checkout?.replacesTree ?? false }
    /// Whether files were copied, so that more than the set images may change.
    private(set) var isCopied: Bool
    /// Images in the stage's freight.
    let subscribed: [ImageSubscription]

    /// Somebody else has pushed it, so the changes of the promotion's steps do not describe it.
    mutating func dropStepChanges() {
        checkout = nil
        isCopied = false
        (imageChanges, imagesSet, imageValues) = ([], [], [])
    }

    func finder(_ need: PushNeed) -> ForeignWorkFinder {
        ForeignWorkFinder(core: core, stage: stage.key, branch: key, known: known, remote: need.outgoing.remote)
    }

    /// The freight of the stage after success.
    func freight() async -> [Freight] {
        core.freight(record.collection, of: record.stage, on: await core.ledger.snapshot)
    }

    /// Names of the images that this promotion may change.
    func own() async -> Set<String> {
        let freight = await freight()
        return Set(freight.flatMap(\.images).map(\.repoURL) + imagesSet.map(\.name))
    }

    /// Kustomizations that other stages edit on the same branch.
    func othersFolders() -> [GitPath: StageKey] {
        var folders: [GitPath: StageKey] = [:]
        let all = core.foldersByBranch(owned)
        for (folder, owner) in all where owner != stage.key { folders[GitPath(folder)] = owner }
        for (folder, owner) in all where owner == stage.key { folders[GitPath(folder)] = nil }
        return folders
    }

    /// The images that are compared later with those that others have pushed.
    func promotedImages() -> [PromotedImage] {
        let mount = checkout?.mount
        let folders = Set(checkout?.editedDirectories ?? [])
        return imagesSet.flatMap { change -> [PromotedImage] in
            // It was set in a copy's source: on the branch, the file is where the copy puts it.
            let name = change.file.split(separator: "/").last.map(String.init) ?? change.file
            let files =
                mount == nil || folders.contains(Kustomizations.folder(of: change.file))
                ? [change.file] : folders.sorted().map { $0.isEmpty ? name : "\($0)/\(name)" }
            return files.map {
                PromotedImage(file: $0, name: change.name, tag: change.newTag, digest: change.newDigest)
            }
        }
    }
}
