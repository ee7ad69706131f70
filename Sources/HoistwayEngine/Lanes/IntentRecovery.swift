import HoistwayModel
import HoistwayPorts

/// Finds out the result of pushes whose answer was never received.
///
/// The intent was stored before the push. If the branch now has the commits, by id or by trailer, the push arrived.
/// Only if it has not, they are built again.
struct IntentRecovery: Sendable {
    /// How many commits above the old head are looked at.
    static let maxHistory = 200

    let core: EngineCore
    let lane: LaneKey

    /// Returns the promotions whose pushes could not be checked, with the failures: only these must wait.
    func run() async throws -> [PromotionID: GitFailure] {
        let state = await core.ledger.snapshot
        let intents = state.intents.values.filter { !core.pushing.contains($0.id) }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        var waiting: [PromotionID: GitFailure] = [:]
        for intent in intents where try await isOurs(intent, state: state) {
            do {
                try await recover(intent)
            } catch let failure as GitFailure {
                try Task.checkCancellation()
                core.metrics.outsideFailed(failure)
                for commit in intent.branches.flatMap(\.commits) { waiting[commit.promotion] = failure }
            }
        }
        return waiting
    }

    /// A promotion of this lane may push to other repositories too.
    private func isOurs(_ intent: PushIntent, state: PipelineState) async throws -> Bool {
        guard intent.project == lane.project else { return false }
        if RepositoryIdentity(intent.remote).text == lane.repository { return true }
        let known = intent.branches.flatMap(\.commits).compactMap { state.promotions[$0.promotion] }
        for record in try await core.wholes(of: known) where await core.lane(of: record) == lane { return true }
        return false
    }

    private func recover(_ intent: PushIntent) async throws {
        let remote = try core.ports.remotes.remote(
            intent.remote,
            project: intent.project,
            insecureSkipTLSVerify: intent.insecureSkipTLSVerify
        )
        let snapshot = try await remote.refs(prefixes: intent.branches.map(\.ref))
        var outcomes: [(PromotionID, BranchOutcome)] = []
        var heads: [(BranchKey, ObjectID)] = []
        var moved: [PushIntent.Branch] = []
        for branch in intent.branches {
            guard let tip = snapshot.refs[branch.ref], tip != branch.old else { continue }
            let commits = try await arrived(branch, tip: tip, remote: remote)
            guard !commits.isEmpty else { continue }
            let key = BranchKey(remote: remote.displayURL, branch: branch.branch)
            if branch.kind == nil { heads.append((key, tip)) }
            moved.append(branch)
            outcomes += commits.map {
                ($0.0.promotion, Self.outcome(of: $0.1, on: key, kind: branch.kind, step: $0.0.step))
            }
        }
        try await record(outcomes, heads: heads, moved: moved, at: remote.displayURL, of: intent)
    }

    /// The intent's commits that the branch has now, as they are there: by id, otherwise by trailer.
    private func arrived(
        _ branch: PushIntent.Branch,
        tip: ObjectID,
        remote: any GitRemote
    ) async throws -> [(PushIntent.Commit, CommitRecord)] {
        guard let last = branch.commits.last else { return [] }
        if let object = branch.object {
            // A tag is either the one that was made, or a different one: then the step reports it.
            return object == tip ? [(last, try await remote.commit(last.id))] : []
        }
        let known = branch.old.isZero ? nil : branch.old
        let history =
            tip == last.id ? [] : try await remote.history(from: tip, until: known, limit: Self.maxHistory)
        guard tip == last.id || history.contains(where: { $0.id == last.id }) else {
            return branch.commits.compactMap { commit in
                let trailer = "Hoistway-Promotion: \(commit.promotion)"
                let found = history.first { $0.message.split(whereSeparator: \.isNewline).contains { $0 == trailer } }
                return found.map { (commit, $0) }
            }
        }
        // A branch is pushed as a whole: if its last commit is there, all others are there too.
        var commits: [(PushIntent.Commit, CommitRecord)] = []
        for commit in branch.commits { commits.append((commit, try await remote.commit(commit.id))) }
        return commits
    }

    private static func outcome(
        of commit: CommitRecord,
        on key: BranchKey,
        kind: PushedRef?,
        step: String?
    ) -> BranchOutcome {
        BranchOutcome(
            remote: key.remote,
            branch: key.branch,
            before: commit.parents.first ?? .zero,
            commit: commit.id,
            tree: commit.tree,
            subject: commit.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "",
            pushed: true,
            step: step,
            kind: kind ?? .branch
        )
    }

    private func record(
        _ found: [(PromotionID, BranchOutcome)],
        heads: [(BranchKey, ObjectID)],
        moved: [PushIntent.Branch],
        at remote: String,
        of intent: PushIntent
    ) async throws {
        try await core.transact(whole: found.map(\.0)) { transaction, core in
            guard transaction.state.intents[intent.id] != nil else { return }
            transaction.put(.removeIntent(intent.id))
            // The changed files are not read again: every path counts.
            core.noteRefreshes(after: moved.map { ($0, nil) }, to: remote, into: &transaction)
            for (id, outcome) in found {
                guard var promotion = transaction.whole(id) else { continue }
                promotion.branches.append(outcome)
                transaction.put(.putPromotion(promotion))
            }
            for (key, head) in heads {
                guard var known = transaction.state.branches[key], known.ownCommits.contains(head) else { continue }
                known.move(to: head)
                transaction.put(.putBranch(known))
            }
        }
    }
}
