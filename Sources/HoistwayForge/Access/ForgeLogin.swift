package import HoistwayCrypto
import HoistwayModel
package import HoistwayPorts
import NIOHTTP1

/// A request for a token of a GitHub App for one repository.
package struct AppTokenRequest: Sendable, Hashable {
    /// The repository's URL, as a manifest writes it.
    package var repository: String
    package var project: String
    package var insecureSkipTLSVerify: Bool
    /// The token's permissions, in GitHub's terms: `pull_requests: write`.
    package var permissions: [String: String]

    package init(
        repository: String,
        project: String,
        insecureSkipTLSVerify: Bool,
        permissions: [String: String]
    ) {
        self.repository = repository
        self.project = project
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.permissions = permissions
    }
}

/// Requests tokens of GitHub Apps, and keeps them until shortly before they end.
package protocol AppTokens: Sendable {
    /// The present token; a new one where `refused` is the present one.
    func token(_ request: AppTokenRequest, refused: Secret?) async throws(GitFailure) -> Secret
}

/// How requests to one repository's API authenticate.
enum ForgeLogin: Sendable {
    case header(name: String, value: Secret)
    /// GitHub only.
    case app(any AppTokens, AppTokenRequest)

    /// The header for the credential, as each kind of host documents it.
    static func header(_ kind: ForgeKind, username: String, password: Secret) -> ForgeLogin {
        let bearer = ForgeLogin.header(name: "authorization", value: Secret(Array("Bearer ".utf8) + password.reveal()))
        let isToken = username.isEmpty || username == "x-token-auth"
        return switch kind {
        // https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
        case .github: bearer
        // https://docs.gitlab.com/api/rest/authentication/
        case .gitlab: bearer
        // https://docs.gitea.com/development/api-usage#authentication
        case .gitea: .header(name: "authorization", value: Secret(Array("token ".utf8) + password.reveal()))
        // https://developer.atlassian.com/cloud/bitbucket/rest/intro/#authentication
        // https://confluence.atlassian.com/bitbucketserver/http-access-tokens-939515499.html
        case .bitbucketCloud, .bitbucketDataCenter: isToken ? bearer : basic(username, password)
        // https://learn.microsoft.com/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate
        case .azure: basic("", password)
        }
    }

    private static func basic(_ username: String, _ password: Secret) -> ForgeLogin {
        let pair = Base64.encode(Array("\(username):".utf8) + password.reveal())
        return .header(name: "authorization", value: Secret("Basic \(pair)"))
    }
}
