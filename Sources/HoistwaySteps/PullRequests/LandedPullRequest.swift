package import HoistwayModel
package import HoistwayPorts

/// The commits that a pull request has put on its target branch, as a step found them.
package struct LandedPullRequest: Sendable {
    package var remote: any GitRemote
    /// Short names.
    package var sourceBranch: String
    package var targetBranch: String
    package var head: ObjectID
    package var commit: ObjectID
}
