import HoistwayModel
import Synchronization

/// Repositories whose host does not take statuses from a project: people are told once, and nothing is sent meanwhile.
final class RefusedRepositories: Sendable {
    private struct Key: Hashable {
        var repository: RepositoryIdentity
        var project: String
    }

    /// Most that are remembered; beyond it all are forgotten, and told again.
    private static let maxEntries = 1_000
    /// After that a credential that was not accepted is tried once more: somebody may have mended it at the host.
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

    /// - Parameter isForGood: until the configuration changes.
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
