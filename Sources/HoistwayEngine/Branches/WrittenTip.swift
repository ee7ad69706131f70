import HoistwayModel
import HoistwayPorts

/// A branch that a stage writes, as the remote has it now.
struct WrittenTip: Sendable {
    var written: WrittenBranch
    var remote: any GitRemote
    /// `nil` where the branch does not exist.
    var tip: ObjectID?

    var key: BranchKey { BranchKey(remote: remote.displayURL, branch: written.branch) }
}

extension EngineCore {
    /// Asks the remotes of all branches that the stage writes, in an order that is always the same.
    func tips(of stage: Stage) async throws -> [WrittenTip] {
        for unnamed in stage.writtenBranches where unnamed.branch.isEmpty {
            let remote = try ports.remotes.remote(
                unnamed.repoURL,
                project: stage.key.project,
                insecureSkipTLSVerify: unnamed.insecureSkipTLSVerify
            )
            learn(try await remote.refs(prefixes: ["HEAD"]), of: remote.displayURL)
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
}
