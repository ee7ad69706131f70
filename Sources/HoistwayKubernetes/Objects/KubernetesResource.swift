/// A kind of object of the API, in the form of its URLs: `applications` of `argoproj.io/v1alpha1`.
package struct KubernetesResource: Sendable, Hashable, CustomStringConvertible {
    /// Empty for the core group.
    package var group: String
    package var version: String
    /// In lower case, as in URLs.
    package var plural: String

    package init(group: String, version: String, plural: String) {
        self.group = group
        self.version = version
        self.plural = plural
    }

    /// In the form of `kubectl` and RBAC: `applications.argoproj.io`.
    package var description: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// `apiVersion` of its objects.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// Below the server's address; begins with `/`.
    func path(in namespace: String?) -> String {
        let base = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        return namespace.map { "\(base)/namespaces/\($0)/\(plural)" } ?? "\(base)/\(plural)"
    }
}
