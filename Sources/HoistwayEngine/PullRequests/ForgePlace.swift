import HoistwayModel

/// A Git host as one project asks it: what shares a budget of requests.
struct ForgePlace: Hashable, Sendable {
    var host: String
    var project: String

    /// - Parameter repository: its URL.
    init(_ repository: String, project: String) {
        host = String((RepositoryKey(url: repository)?.text ?? repository).prefix { $0 != "/" })
        self.project = project
    }
}
