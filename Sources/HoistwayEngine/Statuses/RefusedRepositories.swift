import HoistwayModel
import Synchronization

/// Repositories whose host refuses statuses from a project: it is reported once, and nothing is sent until the refusal
/// ends.
final class RefusedRepositories: Sendable {
    private struct Key: Hashable {
        var repository: RepositoryIdentity
        var project: String
    }

    /// The most that are remembered; above it all are forgotten, and reported again.
    private static let maxEntries = 1_000
    /// After this time a refused credential is tried again: somebody may have fixed it at the host.
    private static let pause: Duration = .seconds(3600)

    private let ends = Mutex<[Key: Timestamp?]>([:])

    func contains(_ place: StatusPlace, now: Timestamp) -> Bool {
        let key = Key(repository: place.repository, project: place.stage.project)
        return ends.withLock { ends in
            guard let end = ends[key] else { return false }
            guard let end else { return true }
            if end <= now { ends[key] = nil }
            return end > now
        }
    }

    /// - Parameter isForGood: whether it lasts until the configuration changes.
    func insert(_ place: StatusPlace, isForGood: Bool, now: Timestamp) {
        let key = Key(repository: place.repository, project: place.stage.project)
        ends.withLock { ends in
            if ends.count >= Self.maxEntries { ends = [:] }
            ends[key] = .some(isForGood ? nil : now + Self.pause)
        }
    }

    /// Another configuration may have other credentials.
    func forgetAll() { ends.withLock { $0 = [:] } }
}
