import HoistwayModel
import Synchronization

/// Which branches should be looked at soon: all of them, or those of repositories to which somebody has pushed.
final class BranchNews: Sendable {
    /// Notifies when all branches should be looked at.
    let all = Signal()
    /// Notifies when branches of single repositories should be looked at.
    let some = Signal()
    private let repositories = Mutex<Set<RepositoryKey>>([])

    func tellAll() { all.notify() }

    func tell(_ keys: some Sequence<RepositoryKey>) {
        repositories.withLock { $0.formUnion(keys) }
        some.notify()
    }

    /// Returns, once, the repositories with such branches.
    func take() -> Set<RepositoryKey> {
        repositories.withLock { keys in
            defer { keys = [] }
            return keys
        }
    }
}
