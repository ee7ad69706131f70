package import HoistwayModel

/// Why a kubeconfig, or the pod's service account, gives no access to a cluster.
package struct KubeconfigFailure: Diagnosable, Equatable {
    /// The file, and the place in it.
    package var place: SourcePlace
    /// One sentence, without the place.
    package var problem: String
    package var hint: String?

    package init(_ place: SourcePlace, _ problem: String, hint: String? = nil) {
        self.place = place
        self.problem = problem
        self.hint = hint
    }

    package var message: String { "\(place): \(problem)" }
}
