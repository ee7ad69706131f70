import HoistwayModel
import HoistwayPorts
import Synchronization

/// What repositories have reported about their branches, and which branches may have moved since the last push.
///
/// Kept in memory: after a restart every branch is looked up.
final class BranchKnowledge: Sendable {
    /// Some refs as a repository has reported them, and when.
    private struct CachedRefs {
        var names: Set<String>
        var snapshot: RefSnapshot
        var at: ContinuousClock.Instant
    }

    private struct State {
        /// Branches that were not at the commit that was last pushed.
        var moved: Set<BranchKey> = []
        /// Refs that a survey has just read, by display URL.
        var cachedRefs: [String: CachedRefs] = [:]
        /// Short names, as repositories have reported them.
        var defaultBranches: [RepositoryIdentity: String] = [:]
    }

    private let state = Mutex(State())
    /// A preview looks up every branch.
    private let isForPreview: Bool

    init(isForPreview: Bool) { self.isForPreview = isForPreview }

    /// Whether a branch may be assumed to be where it was last pushed, until an event shows something else.
    func trusts(_ branch: BranchKey) -> Bool { !isForPreview && state.withLock { !$0.moved.contains(branch) } }
    /// Somebody else writes the branch: it is looked up until Hoistway has pushed it again.
    func distrust(_ branch: BranchKey) { state.withLock { _ = $0.moved.insert(branch) } }
    func trust(_ branch: BranchKey) { state.withLock { _ = $0.moved.remove(branch) } }

    /// Keeps the refs that a survey has read, for the promotion that may run after it.
    func keep(_ snapshot: RefSnapshot, names: Set<String>, of remote: String) {
        let cached = CachedRefs(names: names, snapshot: snapshot, at: .now)
        state.withLock { $0.cachedRefs[remote] = cached }
    }

    /// Returns, once, these refs if a survey has read them within the last second.
    func takeCached(_ names: Set<String>, of remote: String) -> RefSnapshot? {
        let cached = state.withLock { $0.cachedRefs.removeValue(forKey: remote) }
        guard let cached, cached.at + .seconds(1) > .now, names.isSubset(of: cached.names) else { return nil }
        return cached.snapshot
    }

    /// How many repositories have reported their default branch.
    var knownDefaultBranches: Int { state.withLock(\.defaultBranches.count) }

    /// The short name of a repository's default branch, if it is known.
    func defaultBranch(of remote: String) -> String? {
        state.withLock { $0.defaultBranches[RepositoryIdentity(remote)] }
    }

    /// Copies the default branches that another instance knows.
    func learnDefaultBranches(of other: BranchKnowledge) {
        let known = other.state.withLock(\.defaultBranches)
        state.withLock { $0.defaultBranches = known }
    }

    /// Remembers which branch is the default one, if the snapshot has it.
    func learn(_ snapshot: RefSnapshot, of remote: String) {
        let prefix = "refs/heads/"
        guard let full = snapshot.defaultBranch, full.hasPrefix(prefix) else { return }
        state.withLock { $0.defaultBranches[RepositoryIdentity(remote)] = String(full.dropFirst(prefix.count)) }
    }
}
