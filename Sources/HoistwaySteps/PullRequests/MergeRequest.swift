package import HoistwayModel
package import HoistwayPorts

/// A merge that a step will request from the host.
package struct MergeRequest: Sendable {
    package var remote: any GitRemote
    /// Short names.
    package var sourceBranch: String
    package var targetBranch: String
    /// The commit that the host may merge.
    package var head: ObjectID
}
