import HoistwayCrypto
import HoistwayModel

/// One credential Secret: what it proves, and for which repositories.
struct CredentialEntry: Sendable, Equatable {
    enum Target: Sendable, Equatable {
        /// Compared after normalisation.
        case exact(String)
        /// RE2, unanchored, over the URL as written and as normalised.
        case regex(String)
    }

    var credential: Credential
    /// The Secret's own name: entries are tried in its order.
    var secretName: String
    var target: Target
    /// For a GitHub App: the repositories that each project may reach; `nil` is no restriction.
    var tokenScopes: [String: [String]]?
}

extension Credential.Kind {
    /// The form in which URLs of this kind are compared.
    func normalised(_ url: String) -> String {
        switch self {
        case .git: KargoURL.git(url)
        case .image: KargoURL.image(url)
        case .helm: KargoURL.chart(url)
        }
    }
}
