import HoistwayModel
import HoistwayPorts

/// Reads what a batch needs before it is built: each repository is asked once for all refs, then the objects that
/// will be read are loaded level by level.
///
/// A repository of which the batch reads only branches that it also pushes is not asked: the branches are taken to be
/// where they were last pushed, and the push itself tells if they are not. So it is with refs that a survey was told of
/// a moment ago. Only what comes to a push may rest on either.
///
/// A repository that fails is nobody's failure but that of the step which checks it out: the steps before it run, and
/// its own settings say what becomes of it.
struct BatchReading: Sendable {
    struct RemoteKey: Hashable {
        var url: String
        var insecure: Bool

        init(_ checkout: PromotionPlan.Checkout) {
            url = checkout.repoURL
            insecure = checkout.insecureSkipTLSVerify
        }
    }

    let core: EngineCore
    let project: String
    /// Every promotion of the batch pushes: only then does anything tell where a branch is elsewhere.
    let isPushed: Bool

    struct Outlook {
        var heads = KnownHeads()
        /// Repositories that were not asked.
        var assumed: Set<RemoteKey> = []
    }

    func read(for plans: [PromotionPlan]) async -> Outlook {
        var outlook = Outlook()
        // What an expression names is read when its step runs.
        let known = plans.flatMap(\.checkouts).filter { !$0.isRepositoryUnknown }
        let wanted = Dictionary(grouping: known, by: RemoteKey.init)
        for (key, checkouts) in wanted {
            await check(at: key, for: checkouts, into: &outlook)
        }
        return outlook
    }

    private func check(
        at key: RemoteKey,
        for checkouts: [PromotionPlan.Checkout],
        into outlook: inout Outlook
    ) async {
        // A URL that cannot be used is found by the step itself.
        guard
            let remote = try? core.ports.remotes.remote(
                key.url,
                project: project,
                insecureSkipTLSVerify: key.insecure
            )
        else { return }
        // What a push asks first is asked beside what has to be read before it.
        async let prepared: Void = prepare(pushesTo: remote, of: checkouts)
        do throws(GitFailure) {
            try await check(remote, key, for: checkouts, into: &outlook)
            await prepared
            outlook.heads.failures[remote.displayURL] = nil
        } catch .missingObject {
            // Another checkout of the repository may show what is there.
        } catch {
            guard outlook.heads.snapshots[remote.displayURL] == nil else { return }
            outlook.heads.failures[remote.displayURL] = error
        }
    }

    private func prepare(pushesTo remote: any GitRemote, of checkouts: [PromotionPlan.Checkout]) async {
        guard isPushed, checkouts.contains(where: \.isPushed) else { return }
        await remote.preparePush()
    }

    private func check(
        _ remote: any GitRemote,
        _ key: RemoteKey,
        for checkouts: [PromotionPlan.Checkout],
        into outlook: inout Outlook
    ) async throws(GitFailure) {
        let names = Set(checkouts.flatMap(Self.refs))
        var assumed = await lastPushed(checkouts, of: remote.displayURL)
        // Of a stage that nothing was known of, its branches have just been looked at.
        if assumed == nil, isPushed, checkouts.allSatisfy(Self.isCheckedByPush) {
            assumed = core.branches.takeCached(names, of: remote.displayURL)
        }
        if let assumed {
            do {
                try await remote.load(Self.wants(of: checkouts, snapshot: assumed))
                outlook.heads.snapshots[remote.displayURL] = assumed
                outlook.assumed.insert(key)
                return
            } catch {
                // The commit may be gone from the server: it is asked, as any other time.
            }
        }
        let snapshot = try await remote.refs(prefixes: names.sorted())
        outlook.heads.snapshots[remote.displayURL] = snapshot
        core.branches.learn(snapshot, of: remote.displayURL)
        try await remote.load(Self.wants(of: checkouts, snapshot: snapshot))
    }

    /// Where the branches were left; `nil` where one is read only, unknown, or was found elsewhere.
    private func lastPushed(_ checkouts: [PromotionPlan.Checkout], of remote: String) async -> RefSnapshot? {
        let known = await core.ledger.snapshot.branches
        var snapshot = RefSnapshot()
        for checkout in checkouts {
            guard let branch = checkout.branch, Self.isCheckedByPush(checkout) else { return nil }
            let key = BranchKey(remote: remote, branch: branch)
            guard core.branches.trusts(key), let record = known[key], record.ownCommits.contains(record.head) else {
                return nil
            }
            snapshot.refs["refs/heads/" + branch] = record.head
        }
        return snapshot
    }

    /// Whether a push would be refused where the branch is elsewhere than it was taken to be.
    private static func isCheckedByPush(_ checkout: PromotionPlan.Checkout) -> Bool {
        guard let branch = checkout.branch, checkout.isPushed else { return false }
        return checkout.targets.allSatisfy { $0 == .branch(branch) }
    }

    private static func refs(of checkout: PromotionPlan.Checkout) -> [String] {
        Set([checkout.branch].compactMap(\.self) + checkout.pushBranches(default: nil)).map { "refs/heads/" + $0 }
            + [checkout.tag.map { "refs/tags/" + $0 }].compactMap { $0 }
            + (checkout.isDefaultBranch ? ["HEAD"] : [])
    }

    private static func wants(of checkouts: [PromotionPlan.Checkout], snapshot: RefSnapshot) -> [PathWant] {
        var wants: Set<PathWant> = []
        for checkout in checkouts {
            guard let commit = commit(of: checkout, snapshot: snapshot) else { continue }
            wants.insert(PathWant(commit: commit, directory: ""))
            for directory in checkout.editedDirectories {
                wants.insert(
                    PathWant(
                        commit: commit,
                        directory: directory,
                        files: EditedFolder.kustomizations
                    )
                )
            }
        }
        return wants.sorted { ($0.commit, $0.directory) < ($1.commit, $1.directory) }
    }

    private static func commit(of checkout: PromotionPlan.Checkout, snapshot: RefSnapshot) -> ObjectID? {
        if let commit = checkout.commit { return commit }
        if let tag = checkout.tag {
            let ref = "refs/tags/" + tag
            return snapshot.peeled[ref] ?? snapshot.refs[ref]
        }
        // The step says why its freight has none.
        guard !checkout.isFromFreight, !checkout.isRefUnknown else { return nil }
        let ref = checkout.branch.map { "refs/heads/" + $0 } ?? snapshot.defaultBranch
        return ref.flatMap { snapshot.refs[$0] } ?? (checkout.branch == nil ? snapshot.refs["HEAD"] : nil)
    }
}
