import HoistwayModel
import HoistwayPorts

/// A branch that a stage writes, as the remote has it now.
struct WrittenTip: Sendable {
    var written: WrittenBranch
    var remote: any GitRemote
    /// `nil` if the branch does not exist.
    var tip: ObjectID?

    var key: BranchKey { BranchKey(remote: remote.displayURL, branch: written.branch) }
}

extension EngineCore {
    /// Asks the remotes of all branches that the stage writes, always in the same order.
    func tips(of stage: Stage) async throws -> [WrittenTip] {
        for unnamed in stage.writtenBranches where unnamed.branch.isEmpty {
            let remote = try ports.remotes.remote(
                unnamed.repoURL,
                project: stage.key.project,
                insecureSkipTLSVerify: unnamed.insecureSkipTLSVerify
            )
            branches.learn(try await remote.refs(prefixes: ["HEAD"]), of: remote.displayURL)
        }
        var tips: [WrittenTip] = []
        for written in written(by: stage) {
            let remote = try ports.remotes.remote(
                written.repoURL,
                project: stage.key.project,
                insecureSkipTLSVerify: written.insecureSkipTLSVerify
            )
            let ref = "refs/heads/" + written.branch
            let tip = try await remote.refs(prefixes: [ref]).refs[ref]
            tips.append(WrittenTip(written: written, remote: remote, tip: tip))
        }
        return tips
    }

    /// Branches that the stage's promotions change by merging pull requests and not by a push, as its last promotions
    /// show.
    func mergeTargets(of stage: Stage) async throws -> [WrittenTip] {
        guard case .steps(let steps) = stage.promotion,
            let merging = steps.first(where: { $0.uses == "git-merge-pr" })
        else { return [] }
        let pulls = await ledger.snapshot.newestPromotions(of: stage.key).prefix(Self.maxMerging).flatMap(\.pulls)
        var seen = Set(written(by: stage).compactMap { key(of: $0, stage: stage.key) })
        var tips: [WrittenTip] = []
        for pull in pulls {
            let isInsecure = merging.config["insecureSkipTLSVerify"]?.bool ?? false
            let remote = try ports.remotes.remote(
                pull.repository,
                project: stage.key.project,
                insecureSkipTLSVerify: isInsecure
            )
            let written = WrittenBranch(
                repoURL: pull.repository,
                insecureSkipTLSVerify: isInsecure,
                branch: pull.targetBranch
            )
            let ref = "refs/heads/" + pull.targetBranch
            guard seen.insert(BranchKey(remote: remote.displayURL, branch: pull.targetBranch)).inserted else {
                continue
            }
            tips.append(
                WrittenTip(written: written, remote: remote, tip: try await remote.refs(prefixes: [ref]).refs[ref])
            )
        }
        return tips
    }

    /// How many promotions are searched for the target branches of their pull requests.
    private static var maxMerging: Int { 20 }
}
