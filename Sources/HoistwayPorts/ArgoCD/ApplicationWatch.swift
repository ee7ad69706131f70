package import HoistwayModel

/// Applications of all clusters as they were last seen, kept up to date by watches.
///
/// It may lag behind: it wakes and shows, and nothing is written on its word.
package protocol ApplicationWatch: Sendable {
    func application(_ address: ApplicationAddress) -> Application?

    /// All of one cluster, in the order of their keys.
    func applications(of cluster: String) -> [Application]

    /// Whether the list of the cluster is complete and its watch runs.
    func standing(of cluster: String) -> ApplicationWatchStanding

    /// The same of one namespace, which may be closed to us while another is not.
    func standing(of cluster: String, in namespace: String) -> ApplicationWatchStanding

    /// What changes from now on, to a bounded number of changes for each who asks.
    ///
    /// A reader that is too slow gets ``ApplicationNews/all(cluster:)`` in place of what it has missed.
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
    /// What is known may be old; why, for people.
    case broken(since: Timestamp, reason: String)
    /// No cluster of this name is watched.
    case absent
}

package enum ApplicationNews: Sendable, Equatable {
    /// Added, changed or deleted.
    case changed(ApplicationAddress)
    /// Anything in the cluster may have changed.
    case all(cluster: String)
}
