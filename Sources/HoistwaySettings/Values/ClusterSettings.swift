package import HoistwayModel

/// One of `kubernetes.clusters`: a cluster, and how it is reached.
package struct ClusterSettings: Sendable, Equatable {
    package enum Access: Sendable, Equatable {
        /// The service account of our own pod.
        case inCluster
        /// A complete path; `context` `nil`: the file's current-context.
        case kubeconfig(file: String, context: String?)
    }

    package var name: String
    package var access: Access
    package var place: SourcePlace

    package init(name: String, access: Access, place: SourcePlace) {
        self.name = name
        self.access = access
        self.place = place
    }

    /// The kubeconfig, if there is one.
    package var file: String? {
        guard case .kubeconfig(let file, _) = access else { return nil }
        return file
    }
}
