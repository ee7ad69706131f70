package import HoistwayModel
package import HoistwayPorts

/// A merge that a step is about to ask the host for.
package struct MergeRequest: Sendable {
    package var remote: any GitRemote
    /// Short names.
    package var sourceBranch: String
    package var targetBranch: String
    /// What the host may merge.
    package var head: ObjectID
}
