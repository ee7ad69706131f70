package import HoistwayModel

/// The pull requests and commit statuses of one repository at a Git host.
///
/// Every call asks the host; each is bounded in time. May be called concurrently.
package protocol Forge: Sendable {
    var kind: ForgeKind { get }

    /// Makes the pull request and sets its labels.
    ///
    /// - Throws: ``ForgeFailure/refused(host:detail:hint:)`` where the host refuses it: no such branch, nothing to merge, or
    ///   one that is open already for the two branches.
    func open(_ new: NewPullRequest) async throws(ForgeFailure) -> PullRequest

    /// Sets labels of one that was opened before the program ended, as far as ``open(_:)`` sets them apart; what it has
    /// already stays.
    func label(_ number: Int, _ labels: [String]) async throws(ForgeFailure)

    /// Those from one branch of the repository itself to another, open ones and ended ones, newest first, at most 100.
    ///
    /// Whoever opens one because there is none must see that all were read.
    func pullRequests(from source: String, to target: String) async throws(ForgeFailure) -> ListedPullRequests

    /// `nil`: there is no such pull request.
    func pullRequest(_ number: Int) async throws(ForgeFailure) -> PullRequest?

    /// Those that changed last, whatever their state, newest change first: one request.
    ///
    /// - Parameter limit: at most 100.
    func latest(_ limit: Int) async throws(ForgeFailure) -> ListedPullRequests

    /// Asks the host to merge.
    ///
    /// - Parameters:
    ///   - method: one of ``ForgeKind/mergeMethods``; `nil`: the repository's own default, where the host has one.
    ///   - head: the pull request is merged only while its head is this commit, where the host can check it.
    func merge(_ number: Int, method: String?, head: ObjectID?) async throws(ForgeFailure) -> MergeAnswer

    func set(_ status: CommitStatus, on commit: ObjectID) async throws(ForgeFailure)
}

extension Forge {
    /// Most hosts take the labels with the request that opens it.
    package func label(_ number: Int, _ labels: [String]) async throws(ForgeFailure) {}
}

/// The Git hosts, each with the credentials that the project has for its repositories.
package protocol Forges: Sendable {
    /// The same forge for the same repository and credential. Contacts nobody.
    ///
    /// - Parameters:
    ///   - repository: its URL, as a manifest writes it.
    ///   - provider: `azure`, `bitbucket`, `gitea`, `github` or `gitlab`; `nil`: the host's name tells.
    func forge(
        _ repository: String,
        provider: String?,
        project: String,
        insecureSkipTLSVerify: Bool
    ) throws(ForgeFailure) -> any Forge

    /// Lets the logins of a repository be tried at once that its host has refused a moment ago: a person asks for it.
    func liftRefusals(of repository: RepositoryIdentity)
}
