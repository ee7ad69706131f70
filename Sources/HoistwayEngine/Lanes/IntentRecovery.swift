import HoistwayModel
import HoistwayPorts

/// Finds out what became of pushes whose answer was never seen.
///
/// The intent was stored before the push. If the branch holds the commits now, by id or by trailer, the push
/// arrived; only if it does not is anything built again.
struct IntentRecovery: Sendable {
    /// How many commits above the old head are looked at.
    static let maxHistory = 200

    let core: EngineCore
    let lane: LaneKey

    func run() async throws {
        let intents = await core.ledger.snapshot.intents.values
            .filter { $0.project == lane.project && $0.remote == lane.repoURL }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        for intent in intents { try await recover(intent) }
    }

    private func recover(_ intent: PushIntent) async throws {
        let remote = try core.ports.remotes.remote(
            intent.remote,
            project: intent.project,
            insecureSkipTLSVerify: intent.insecureSkipTLSVerify
        )
        let snapshot = try await remote.refs(prefixes: intent.branches.map { "refs/heads/" + $0.branch })
        var arrived: [(branch: PushIntent.Branch, tip: ObjectID)] = []
        for branch in intent.branches {
            guard let tip = snapshot.refs["refs/heads/" + branch.branch], tip != branch.old else { continue }
            if try await holds(branch, tip: tip, remote: remote) { arrived.append((branch, tip)) }
        }
        try await record(arrived, of: intent, remote: remote)
    }

    private func holds(_ branch: PushIntent.Branch, tip: ObjectID, remote: any GitRemote) async throws -> Bool {
        guard let last = branch.commits.last else { return false }
        if tip == last.id { return true }
        let history = try await remote.history(
            from: tip,
            until: branch.old.isZero ? nil : branch.old,
            limit: Self.maxHistory
        )
        return history.contains { commit in
            commit.id == last.id
                || commit.message.split(whereSeparator: \.isNewline).contains("Hoistway-Promotion: \(last.promotion)")
        }
    }

    private func record(
        _ arrived: [(branch: PushIntent.Branch, tip: ObjectID)],
        of intent: PushIntent,
        remote: any GitRemote
    ) async throws {
        var outcomes: [(PromotionID, BranchOutcome)] = []
        for (branch, _) in arrived {
            for commit in branch.commits {
                let record = try await remote.commit(commit.id)
                outcomes.append(
                    (
                        commit.promotion,
                        BranchOutcome(
                            remote: remote.displayURL,
                            branch: branch.branch,
                            before: record.parents.first ?? .zero,
                            commit: commit.id,
                            tree: record.tree,
                            subject: record.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "",
                            pushed: true
                        )
                    )
                )
            }
        }
        let found = outcomes
        let heads = arrived.map { (BranchKey(remote: remote.displayURL, branch: $0.branch.branch), $0.tip) }
        try await core.transact { transaction, _ in
            transaction.put(.removeIntent(intent.id))
            for (id, outcome) in found {
                guard var promotion = transaction.state.promotions[id] else { continue }
                promotion.branches.append(outcome)
                transaction.put(.putPromotion(promotion))
            }
            for (key, head) in heads {
                guard var known = transaction.state.branches[key], known.ownCommits.contains(head) else { continue }
                known.head = head
                transaction.put(.putBranch(known))
            }
        }
    }
}
