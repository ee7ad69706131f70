import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// What is pushed, from where, and by whom: what all questions about a push are about.
struct PushSubject: Sendable {
    let core: EngineCore
    let record: PromotionRecord
    /// What its steps changed in kustomizations.
    private(set) var imageChanges: [ImageChange]
    /// Image entries that its steps have set, whether that changed them or not.
    private(set) var imagesSet: [ImageChange]
    /// Values of files that its steps have set to versions of images, whether that changed them or not.
    private(set) var imageValues: [ImageValue]
    let stage: Stage
    let key: BranchKey
    /// The branch whose stages are asked for: a tag and a promotion's own branch stand for the one that is checked out.
    let owned: BranchKey
    /// What is known of the branch from earlier pushes.
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
        // What was set elsewhere counts where files came from elsewhere.
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
    /// More may change than the images that are set.
    private(set) var isCopied: Bool
    /// Images that the stage's freight carries.
    let subscribed: [ImageSubscription]

    /// Somebody else has pushed it: what the promotion's steps have written says nothing of it.
    mutating func isOthers() {
        checkout = nil
        isCopied = false
        (imageChanges, imagesSet, imageValues) = ([], [], [])
    }

    func finder(_ need: PushNeed) -> ForeignWorkFinder {
        ForeignWorkFinder(core: core, stage: stage.key, branch: key, known: known, remote: need.outgoing.remote)
    }

    /// What lies in the stage after success.
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

    /// What is compared later with what others have pushed.
    func promotedImages() -> [PromotedImage] {
        let mount = checkout?.mount
        let folders = Set(checkout?.editedDirectories ?? [])
        return imagesSet.flatMap { change -> [PromotedImage] in
            // Set in a copy's source: the file stands on the branch where the copy puts it.
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
