import HoistwayModel

/// A Git host for one project: its requests share one limit.
struct ForgePlace: Hashable, Sendable {
    var host: String
    var project: String

    /// - Parameter repository: its URL.
    init(_ repository: String, project: String) {
        host = String((RepositoryKey(url: repository)?.text ?? repository).prefix { $0 != "/" })
        self.project = project
    }
}
