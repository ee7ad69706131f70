/// That a stage is as healthy as an Application: a step `argocd-update` that has succeeded leaves one for each.
package struct ApplicationCheck: Sendable, Equatable, Codable {
    package var address: ApplicationAddress
    /// One for each source of the Application, in order; empty text: any revision will do.
    package var desiredRevisions: [String]
    /// The URLs of those sources, in order, without user part: where the history of a revision is.
    package var repositories: [String]

    package init(address: ApplicationAddress, desiredRevisions: [String], repositories: [String]) {
        self.address = address
        self.desiredRevisions = desiredRevisions
        self.repositories = repositories
    }
}
