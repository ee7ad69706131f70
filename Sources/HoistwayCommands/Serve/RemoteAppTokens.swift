import HoistwayCrypto
import HoistwayForge
import HoistwayGit
import HoistwayPorts

/// Tokens of GitHub Apps for GitHub's API, made where those for Git are made.
struct RemoteAppTokens: AppTokens {
    let remotes: RemoteBook

    func token(_ request: AppTokenRequest, refused: Secret?) async throws(GitFailure) -> Secret {
        try await remotes.appToken(
            for: request.repository,
            project: request.project,
            insecureSkipTLSVerify: request.insecureSkipTLSVerify,
            permissions: request.permissions,
            refused: refused
        )
    }
}
