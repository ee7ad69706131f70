package import HoistwayModel

/// The pull requests and commit statuses of one repository at a Git host.
///
/// Every call sends requests to the host; each is bounded in time. May be called concurrently.
package protocol Forge: Sendable {
    var kind: ForgeKind { get }

    /// Makes the pull request and sets its labels.
    ///
    /// - Throws: ``ForgeFailure/refused(host:detail:hint:)`` where the host refuses it: a branch does not exist, there
    ///   is nothing to merge, or a pull request for the two branches is already open.
    func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest

    /// Sets labels of a pull request that was opened before the program ended, where ``open(_:)`` sets them in a
    /// separate request. Labels that it already has stay.
    func label(_ number: Int, _ labels: [String]) async throws(ForgeFailure)

    /// Pull requests from one branch of the repository itself to another, open and ended, newest first, at most 100.
    ///
    /// A caller that opens a new one because there is none must check that all were read.
    func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests

    /// `nil`: there is no such pull request.
    func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest?

    /// The pull requests that changed last, in any state, newest change first: one request.
    ///
    /// - Parameter limit: at most 100.
    func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests

    /// Asks the host to merge.
    ///
    /// - Parameters:
    ///   - method: one of ``ForgeKind/mergeMethods``; `nil`: the repository's own default, where the host has one.
    ///   - head: the pull request is merged only if its head is this commit, where the host can check it.
    func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer

    func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure)
}

extension Forge {
    /// For hosts that take the labels in the request that opens the pull request.
    package func label(_ number: Int, _ labels: [String]) async throws(ForgeFailure) {}
}

/// The Git hosts, each with the project's credentials for its repositories.
package protocol Forges: Sendable {
    /// Gives the same object for the same repository and credential. Sends no request.
    ///
    /// - Parameters:
    ///   - repository: its URL, as in a manifest.
    ///   - provider: `azure`, `bitbucket`, `gitea`, `github` or `gitlab`; `nil`: the host's name decides.
    func forge(
        _ repository: String,
        provider: String?,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(ForgeFailure) -> any Forge

    /// Allows the logins of a repository again at once, though the host has just refused them: a person has asked for
    /// it.
    func liftRefusals(of repository: RepositoryIdentity)
}
