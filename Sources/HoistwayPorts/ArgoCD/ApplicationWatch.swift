package import HoistwayModel

/// Applications of all clusters as they were last seen; watches keep them up to date.
///
/// They may be old: they serve to wake tasks and to show states, and no write relies on them.
package protocol ApplicationWatch: Sendable {
    func application(_ address: ApplicationAddress) -> Application?

    /// All Applications of one cluster, in the order of their keys.
    func applications(of cluster: String) -> [Application]

    /// Whether the list of the cluster is complete and its watch runs.
    func standing(of cluster: String) -> ApplicationWatchStanding

    /// The same for one namespace: we may lack access to one and have it to another.
    func standing(of cluster: String, in namespace: String) -> ApplicationWatchStanding

    /// Changes from now on; the number of waiting changes is bounded for each reader.
    ///
    /// A reader that is too slow gets ``ApplicationNews/all(cluster:)`` in place of the changes that it has missed.
    func changes() -> AsyncStream<ApplicationNews>
}

extension ApplicationWatch {
    package func standing(of cluster: String, in namespace: String) -> ApplicationWatchStanding {
        standing(of: cluster)
    }
}

package enum ApplicationWatchStanding: Sendable, Equatable {
    /// Nothing has been listed yet.
    case starting
    case current
    /// The known Applications may be old; the reason is for people.
    case broken(since: Timestamp, reason: String)
    /// No cluster of this name is watched.
    case absent
}

package enum ApplicationNews: Sendable, Equatable {
    /// An Application was added, changed or deleted.
    case changed(ApplicationAddress)
    /// Anything in the cluster may have changed.
    case all(cluster: String)
}
