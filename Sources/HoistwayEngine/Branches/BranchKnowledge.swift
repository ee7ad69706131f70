import HoistwayModel
import HoistwayPorts
import Synchronization

/// What was told of branches, and where they may be elsewhere than they were left.
///
/// Kept in memory: after a restart every branch is looked up.
final class BranchKnowledge: Sendable {
    /// What a repository said of some of its refs, and when.
    private struct CachedRefs {
        var names: Set<String>
        var snapshot: RefSnapshot
        var at: ContinuousClock.Instant
    }

    private struct State {
        /// Branches that were found elsewhere than where they were left.
        var moved: Set<BranchKey> = []
        /// Refs that a survey has just been told, by display URL.
        var cachedRefs: [String: CachedRefs] = [:]
        /// Short names, as repositories have told them.
        var defaultBranches: [RepositoryIdentity: String] = [:]
    }

    private let state = Mutex(State())
    /// A preview shows each branch as it is.
    private let isForPreview: Bool

    init(isForPreview: Bool) { self.isForPreview = isForPreview }

    /// Whether a branch may be taken to be where it was last pushed, until a push tells otherwise.
    func trusts(_ branch: BranchKey) -> Bool { !isForPreview && state.withLock { !$0.moved.contains(branch) } }
    /// Somebody else writes the branch: it is looked up until it has been pushed again.
    func distrust(_ branch: BranchKey) { state.withLock { _ = $0.moved.insert(branch) } }
    func trust(_ branch: BranchKey) { state.withLock { _ = $0.moved.remove(branch) } }

    /// Keeps what a survey was told of these refs for the promotion that it lets go on.
    func keep(_ snapshot: RefSnapshot, names: Set<String>, of remote: String) {
        let cached = CachedRefs(names: names, snapshot: snapshot, at: .now)
        state.withLock { $0.cachedRefs[remote] = cached }
    }

    /// Gives, once, what was told of these refs within the last second.
    func takeCached(_ names: Set<String>, of remote: String) -> RefSnapshot? {
        let cached = state.withLock { $0.cachedRefs.removeValue(forKey: remote) }
        guard let cached, cached.at + .seconds(1) > .now, names.isSubset(of: cached.names) else { return nil }
        return cached.snapshot
    }

    /// How many repositories have told which branch is their default one.
    var knownDefaultBranches: Int { state.withLock(\.defaultBranches.count) }

    /// The short name of a repository's default branch, where it has been told.
    func defaultBranch(of remote: String) -> String? {
        state.withLock { $0.defaultBranches[RepositoryIdentity(remote)] }
    }

    /// Takes over which branches another knows to be default ones.
    func learnDefaultBranches(of other: BranchKnowledge) {
        let known = other.state.withLock(\.defaultBranches)
        state.withLock { $0.defaultBranches = known }
    }

    /// Remembers which branch is the default one, where the snapshot tells.
    func learn(_ snapshot: RefSnapshot, of remote: String) {
        let prefix = "refs/heads/"
        guard let full = snapshot.defaultBranch, full.hasPrefix(prefix) else { return }
        state.withLock { $0.defaultBranches[RepositoryIdentity(remote)] = String(full.dropFirst(prefix.count)) }
    }
}
