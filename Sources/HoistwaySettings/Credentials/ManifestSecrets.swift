package import HoistwayCrypto

/// The Secret manifests that expressions may read: those of a project, and those that all projects share.
///
/// Credentials for repositories are not among them: expressions cannot read them.
package struct ManifestSecrets: Sendable, Equatable {
    /// By project and name.
    private var ofProjects: [String: [String: [String: Secret]]] = [:]
    private var shared: [String: [String: Secret]] = [:]

    package init() {}

    /// The values of a project's Secret by their keys; `nil` where there is no such Secret.
    package func secret(_ name: String, project: String) -> [String: Secret]? { ofProjects[project]?[name] }

    /// The values of a shared Secret by their keys; `nil` where there is no such Secret.
    package func sharedSecret(_ name: String) -> [String: Secret]? { shared[name] }

    /// - Parameter project: `nil` for one that all projects share.
    mutating func add(_ name: String, project: String?, _ values: [String: Secret]) {
        if let project {
            ofProjects[project, default: [:]][name] = values
        } else {
            shared[name] = values
        }
    }
}
