/// Requires that an Application is healthy for the stage to be; each successful step `argocd-update` stores its checks.
package struct ApplicationCheck: Sendable, Equatable, Codable {
    package var address: ApplicationAddress
    /// One for each source of the Application, in order; an empty text allows any revision.
    package var desiredRevisions: [String]
    /// The URLs of those sources, in order, without user part: their history shows which revisions contain others.
    package var repositories: [String]

    package init(address: ApplicationAddress, desiredRevisions: [String], repositories: [String]) {
        self.address = address
        self.desiredRevisions = desiredRevisions
        self.repositories = repositories
    }
}
