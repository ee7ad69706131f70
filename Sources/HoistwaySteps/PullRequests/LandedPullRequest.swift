package import HoistwayModel
package import HoistwayPorts

/// What a pull request has left on its target branch, as a step found it.
package struct LandedPullRequest: Sendable {
    package var remote: any GitRemote
    /// Short names.
    package var sourceBranch: String
    package var targetBranch: String
    package var head: ObjectID
    package var commit: ObjectID
}
