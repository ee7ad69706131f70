import HoistwayModel
package import HoistwayPorts

/// How the steps of one promotion reach the pull requests of Git hosts.
package struct ForgeAccess: Sendable {
    package var forges: any Forges
    /// The author of commits that give a pull request its base.
    package var author: CommitAuthor
    /// A page about the promotion; `nil`: `console.publicURL` is not set.
    package var link: String?

    package init(forges: any Forges, author: CommitAuthor, link: String? = nil) {
        self.forges = forges
        self.author = author
        self.link = link
    }
}

/// Runs calls to a Git host, and turns their errors into step failures.
func atForge<Result>(
    _ body: () async throws(ForgeFailure) -> Result
) async throws(StepFailure) -> Result {
    do throws(ForgeFailure) {
        return try await body()
    } catch {
        throw .forge(error)
    }
}

/// Runs calls to a Git server, and turns their errors into step failures.
func atRemote<Result>(
    _ body: () async throws(GitFailure) -> Result
) async throws(StepFailure) -> Result {
    do throws(GitFailure) {
        return try await body()
    } catch {
        throw .git(error)
    }
}
