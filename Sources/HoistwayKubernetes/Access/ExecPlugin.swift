/// A credential program for a cluster:
/// <https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins>.
package struct ExecPlugin: Sendable, Equatable {
    package enum Version: String, Sendable, CaseIterable {
        case v1 = "client.authentication.k8s.io/v1"
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    package var version: Version
    /// With a slash: a complete path; without: searched in `PATH`.
    package var command: String
    package var arguments: [String] = []
    /// Added to its part of this program's environment.
    package var environment: [String: String] = [:]
    /// Whether it gets information about the cluster.
    package var providesClusterInfo = false
    /// Shown where the program does not exist.
    package var installHint: String?

    package init(version: Version, command: String) {
        self.version = version
        self.command = command
    }
}
