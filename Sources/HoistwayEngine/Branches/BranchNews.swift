import HoistwayModel
import Synchronization

/// Which branches should be looked at soon: all of them, or those of repositories to which somebody has pushed.
final class BranchNews: Sendable {
    /// Rings when all branches should be looked at.
    let all = Bell()
    /// Rings when there is news of single repositories.
    let some = Bell()
    private let repositories = Mutex<Set<RepositoryKey>>([])

    func tellAll() { all.ring() }

    func tell(_ keys: some Sequence<RepositoryKey>) {
        repositories.withLock { $0.formUnion(keys) }
        some.ring()
    }

    /// Gives, once, the repositories of which there is news.
    func take() -> Set<RepositoryKey> {
        repositories.withLock { keys in
            defer { keys = [] }
            return keys
        }
    }
}
