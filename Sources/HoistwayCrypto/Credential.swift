/// The login of this program at a Git host or a registry.
package struct Credential: Sendable, Equatable {
    package enum Login: Sendable, Equatable {
        case password(username: String, password: Secret)
        /// A GitHub App: a token is requested for each repository when needed. `clientID` may be the older numeric app
        /// id.
        case githubApp(clientID: String, installationID: String, privateKey: Secret)
        /// A private key in OpenSSH's or PEM's form.
        case sshKey(Secret)
    }

    package enum Kind: String, Sendable {
        case git, image, helm
    }

    /// The Secret manifest that it comes from, for messages: `project/name`.
    package var name: String
    /// `nil`: shared by all projects.
    package var project: String?
    package var kind: Kind
    package var login: Login

    package init(name: String, project: String?, kind: Kind, login: Login) {
        self.name = name
        self.project = project
        self.kind = kind
        self.login = login
    }
}

/// Finds the credential for a URL: the project's own first, then shared ones.
package protocol CredentialBook: Sendable {
    /// `nil` where none matches, or where the URL is plain http and that is not allowed.
    func credential(_ kind: Credential.Kind, for url: String, project: String) -> Credential?
}
