import HoistwayModel
import HoistwayPorts
import Synchronization

/// Which commits counted at the heads that were searched, so that a look reads only the commits since then.
///
/// In memory; a commit's history never changes.
final class KnownCommits: Sendable {
    /// A repository with one subscription's filters.
    struct Branch: Hashable, Sendable {
        var remote: String
        var filter: PathFilter
        /// `expressionFilter`.
        var expression: String?
        var since: Timestamp?
    }

    private struct Key: Hashable {
        var branch: Branch
        var commit: ObjectID
    }

    /// The most entries; above it, all are forgotten and searched again.
    private static let limit = 10_000

    private let found = Mutex<[Key: CountedCommits.Found]>([:])

    subscript(branch: Branch, commit: ObjectID) -> CountedCommits.Found? {
        get { found.withLock { $0[Key(branch: branch, commit: commit)] } }
        set {
            found.withLock { found in
                if found.count >= Self.limit { found.removeAll() }
                found[Key(branch: branch, commit: commit)] = newValue
            }
        }
    }
}
