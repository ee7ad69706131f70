package import HoistwayModel

/// A cluster of Kubernetes whose Applications are followed, as people see it.
package struct ClusterView: Sendable, Codable, Equatable {
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Its Applications are listed and watched.
        case current
        /// Nothing has been listed yet.
        case starting
        /// What is known may be old.
        case broken
        /// No stage of a project looks for Applications there.
        case unused
    }

    package var name: String
    package var state: State
    /// Since when it is broken.
    package var since: Timestamp?
    /// Why it is.
    package var reason: String?
    /// How many Applications are known.
    package var applications: Int
    /// Where they are followed; those that cannot be followed with why.
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
