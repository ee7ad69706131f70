package import HoistwayModel

/// A Kubernetes cluster with the state of its watch.
package struct ClusterView: Sendable, Codable, Equatable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Its Applications are listed and watched.
        case current
        /// Nothing has been listed yet.
        case starting
        /// The known Applications may be old.
        case broken
        /// No stage of any project uses Applications of the cluster.
        case unused
    }

    package var name: String
    package var state: State
    /// Since when it is broken.
    package var since: Timestamp?
    /// Why the watch is broken.
    package var reason: String?
    /// How many Applications are known.
    package var applications: Int
    /// The watched namespaces; for those that cannot be watched, the reason.
    package var namespaces: [String: String]

    package init(
        name: String,
        state: State,
        since: Timestamp? = nil,
        reason: String? = nil,
        applications: Int,
        namespaces: [String: String]
    ) {
        self.name = name
        self.state = state
        self.since = since
        self.reason = reason
        self.applications = applications
        self.namespaces = namespaces
    }
}
