import HoistwayModel
import HoistwayPorts

/// Reads what a batch needs before it is built: each repository is asked once for all refs, then the objects that will
/// be read are loaded level by level.
///
/// If the batch pushes every branch that it reads from a repository, the repository is not asked. The branches are
/// assumed to be where they were last pushed, and the push itself fails if they are not. The same holds for refs that a
/// survey has just read. Only promotions that push may use either.
///
/// If a repository fails, only the step that checks it out fails. The steps before it run, and its own settings decide
/// how the promotion continues.
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
    /// Every promotion of the batch pushes: only a push shows that a branch has moved.
    let isPushed: Bool

    struct Outlook {
        var heads = KnownHeads()
        /// Repositories that were not asked.
        var assumed: Set<RemoteKey> = []
    }

    func read(for plans: [PromotionPlan]) async -> Outlook {
        var outlook = Outlook()
        // A repository named by an expression is read when its step runs.
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
        // If a URL cannot be used, the step itself reports it.
        guard
            let remote = try? core.ports.remotes.remote(
                key.url,
                project: project,
                insecureSkipTLSVerify: key.insecure
            )
        else { return }
        // The first request of a push runs together with the reads before it.
        async let prepared: Void = prepare(pushesTo: remote, of: checkouts)
        do throws(GitFailure) {
            try await check(remote, key, for: checkouts, into: &outlook)
            await prepared
            outlook.heads.failures[remote.displayURL] = nil
        } catch .missingObject {
            // Another checkout of the repository may show what exists there.
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
        // If the stage was not known before, a survey has just read its branches.
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
                // The server may no longer have the commit: it is asked, as usual.
            }
        }
        let snapshot = try await remote.refs(prefixes: names.sorted())
        outlook.heads.snapshots[remote.displayURL] = snapshot
        core.branches.learn(snapshot, of: remote.displayURL)
        try await remote.load(Self.wants(of: checkouts, snapshot: snapshot))
    }

    /// The last pushed commits; `nil` if one branch is read only, unknown, or was found elsewhere.
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

    /// Whether a push would be refused if the branch is not where it was assumed to be.
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
        // The step reports why its freight has no commit.
        guard !checkout.isFromFreight, !checkout.isRefUnknown else { return nil }
        let ref = checkout.branch.map { "refs/heads/" + $0 } ?? snapshot.defaultBranch
        return ref.flatMap { snapshot.refs[$0] } ?? (checkout.branch == nil ? snapshot.refs["HEAD"] : nil)
    }
}
