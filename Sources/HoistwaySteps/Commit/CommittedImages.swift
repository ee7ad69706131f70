import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// The image changes of a commit, compared with the branch itself.
///
/// In a checkout that was cleared or copied into, images were set in the source of the copy. The values there before
/// the step are not those of the branch.
struct CommittedImages {
    private let context: StepContext
    private let path: String

    init(_ context: StepContext, committing path: String) {
        self.context = context
        self.path = path
    }

    func changes() async throws(StepFailure) -> [ImageChange] {
        let plan = PromotionPlan(steps: context.promotion.steps)
        let mount = WorkspacePath(path).deepest(of: context.mounts)
        guard let checkout = plan.checkout(holding: path), checkout.isCleared || !checkout.copiedPlaces.isEmpty else {
            // Without the changes in other checkouts, and without those of an earlier commit of this one.
            let earlier = context.commits.last { $0.path.deepest(of: context.mounts) == mount }
            return context.imageChanges.dropFirst(earlier?.changesBefore ?? 0).filter { $0.mount == mount?.text }
        }
        let branch = try await inWorkspace { () throws(WorkspaceFailure) in
            try await context.workspace.outgoing(path)
        }
        let names = Set(context.imagesSet.map(\.name))
        let images = Dictionary(context.imagesSet.map { ($0.name, $0.image) }) { _, last in last }
        var changes: [ImageChange] = []
        for folder in checkout.editedDirectories {
            let mounted = WorkspacePath(checkout.mount).appending(folder)
            let present = try await inWorkspace { () throws(WorkspaceFailure) in
                try await context.workspace.files(named: Kustomizations.names, in: mounted.text)
            }
            for name in present {
                let content = try await inWorkspace { () throws(WorkspaceFailure) in
                    try await context.workspace.read(mounted.appending(name).text)
                }
                let after = Kustomizations.entries(of: content ?? [])
                let file = WorkspacePath(folder).appending(name).text
                let before = try await entries(file, of: branch)
                let changed = names.filter { after[$0] != nil && before[$0] != after[$0] }
                changes += ImageChange.all(
                    of: changed,
                    Array(before.values),
                    after.values.sorted { $0.name < $1.name },
                    file: file,
                    images: images
                )
            }
        }
        return changes
    }

    /// Those at the tip that the checkout began at; none on a new branch.
    private func entries(_ file: String, of branch: OutgoingBranch) async throws(StepFailure) -> [String: ImageEntry] {
        guard !branch.base.isZero else { return [:] }
        do throws(GitFailure) {
            let tree = try await branch.remote.commit(branch.base).tree
            return try await Kustomizations(remote: branch.remote).entries(GitPath(file), in: tree)
        } catch {
            throw .git(error)
        }
    }
}
