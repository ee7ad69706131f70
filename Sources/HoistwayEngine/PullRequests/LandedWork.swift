import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Synchronization

/// Reads what a commit changes, and what promotions had pushed for pull requests, so that ``MergedWork`` can tell whose
/// work the commit is.
struct LandedWork: Sendable {
    /// How many files may differ; a commit with more counts as somebody else's.
    static let maxFiles = 5000
    /// Commits of one promotion's branch that are looked at one by one.
    private static let maxCommits = 20
    /// Promotions that are compared with one commit: the newest ones.
    private static let maxPromotions = 200
    /// Files that were changed in between too, and are compared line by line.
    private static let maxEdits = 50
    private static let maxEditBytes = 1 << 20

    let workspaces: any WorkspaceMaker
    let known: KnownWork

    /// What may have landed in one repository.
    struct Proposals: Sendable {
        struct Push: Sendable, Hashable {
            var promotion: PromotionID
            var before: ObjectID
            var head: ObjectID
        }

        var pushes: [Push] = []
        /// What is known to be promotions' work.
        var merges: [ObjectID: [PromotionID]] = [:]

        var isEmpty: Bool { pushes.isEmpty && merges.isEmpty }
    }

    /// - Parameter merges: what has landed already: it does not land again.
    func proposals(
        in remote: any GitRemote,
        present: PipelineState,
        merges: [SubscriptionRecord.OwnMerge] = []
    ) -> Proposals {
        let identity = RepositoryIdentity(remote.displayURL)
        let landed = Set(merges.flatMap(\.promotions))
        let records = present.promotions.values.filter { !landed.contains($0.id) && !$0.proposed(in: identity).isEmpty }
        let newest = records.sorted { $0.id > $1.id }.prefix(Self.maxPromotions)
        return Proposals(
            pushes: newest.flatMap { record in
                record.proposed(in: identity).map {
                    Proposals.Push(promotion: record.id, before: $0.before, head: $0.head)
                }
            },
            merges: Dictionary(merges.map { ($0.commit, $0.promotions) }) { $1 }
        )
    }

    func work(
        of commit: CommitRecord,
        among proposals: Proposals,
        in remote: any GitRemote
    ) async throws(GitFailure) -> MergedWork {
        if let promotions = proposals.merges[commit.id] { return .own(promotions) }
        guard !proposals.pushes.isEmpty else { return .foreign }
        if let push = proposals.pushes.first(where: { $0.head == commit.id }) { return .own([push.promotion]) }
        guard let landed = try await changes(to: commit, in: remote) else { return .foreign }
        var proposed: [ProposedWork] = []
        for push in proposals.pushes {
            guard let changes = try await changes(of: push, in: remote) else { continue }
            proposed.append(ProposedWork(promotion: push.promotion, head: push.head, changes: changes))
        }
        let sameEdits = try await sameEdits(MergedWork.pairs(landed, proposed), in: remote)
        return MergedWork.of(landed, parents: commit.parents, proposals: proposed, sameEdits: sameEdits)
    }

    /// `nil`: there are too many, or the repository has lost them with their branch.
    private func changes(
        of push: Proposals.Push,
        in remote: any GitRemote
    ) async throws(GitFailure) -> [[GitPath: FileChange]]? {
        let key = KnownWork.Key(remote: remote.displayURL, before: push.before, head: push.head)
        if let known = known[key] { return known }
        do throws(GitFailure) {
            let head = try await remote.commit(push.head)
            let base: ObjectID? = push.before.isZero ? nil : try await remote.commit(push.before).tree
            guard let whole = try await changes(from: base, to: head.tree, in: remote) else { return nil }
            var all = [whole]
            if head.parents.first.map({ $0 != push.before }) ?? false {
                let until: ObjectID? = push.before.isZero ? nil : push.before
                for commit in try await remote.history(from: push.head, until: until, limit: Self.maxCommits) {
                    if let changes = try await changes(to: commit, in: remote) { all.append(changes) }
                }
            }
            known[key] = all
            return all
        } catch .missingObject {
            return nil
        }
    }

    private func changes(
        to commit: CommitRecord,
        in remote: any GitRemote
    ) async throws(GitFailure) -> [GitPath: FileChange]? {
        let parent: ObjectID? = if let first = commit.parents.first { try await remote.commit(first).tree } else { nil }
        return try await changes(from: parent, to: commit.tree, in: remote)
    }

    private func changes(
        from old: ObjectID?,
        to new: ObjectID,
        in remote: any GitRemote
    ) async throws(GitFailure) -> [GitPath: FileChange]? {
        let found = try await workspaces.changes(from: old, to: new, in: remote, limit: Self.maxFiles)
        guard !found.isCut else { return nil }
        var changes: [GitPath: FileChange] = [:]
        for path in found.paths {
            let place = TreePath(path)
            changes[path] = FileChange(
                old: FileVersion(try await place.entry(in: old, remote)),
                new: FileVersion(try await place.entry(in: new, remote))
            )
        }
        return changes
    }

    /// Those that remove and add the same lines; beyond the bounds nothing is compared, and counts as another edit.
    private func sameEdits(
        _ pairs: Set<MergedWork.EditPair>,
        in remote: any GitRemote
    ) async throws(GitFailure) -> Set<MergedWork.EditPair> {
        guard pairs.count <= Self.maxEdits else { return [] }
        var same: Set<MergedWork.EditPair> = []
        for pair in pairs {
            guard let proposed = try await edit(pair.proposed, in: remote), !proposed.isEmpty,
                try await edit(pair.landed, in: remote) == proposed
            else { continue }
            same.insert(pair)
        }
        return same
    }

    private func edit(_ change: FileChange, in remote: any GitRemote) async throws(GitFailure) -> LineEdit? {
        guard let versions = change.versions else { return nil }
        let isFile = [versions.old, versions.new].allSatisfy { FileMode(rawValue: $0.mode).map(\.isFile) ?? false }
        guard isFile else { return nil }
        let old = try await remote.blob(versions.old.id)
        let new = try await remote.blob(versions.new.id)
        guard max(old.count, new.count) <= Self.maxEditBytes else { return nil }
        return LineEdit(from: old, to: new)
    }
}

/// What promotions had pushed for pull requests, so that it is read once; commits never change.
final class KnownWork: Sendable {
    struct Key: Hashable {
        var remote: String
        var before: ObjectID
        var head: ObjectID
    }

    /// At most; when more come, all are read again.
    private static let limit = 1000

    private let found = Mutex<[Key: [[GitPath: FileChange]]]>([:])

    subscript(key: Key) -> [[GitPath: FileChange]]? {
        get { found.withLock { $0[key] } }
        set {
            found.withLock { found in
                if found.count >= Self.limit { found.removeAll() }
                found[key] = newValue
            }
        }
    }
}

extension FileVersion {
    fileprivate init?(_ entry: TreeEntry?) {
        guard let entry else { return nil }
        self.init(mode: entry.mode.rawValue, id: entry.id)
    }
}

extension FileMode {
    fileprivate var isFile: Bool { self == .file || self == .executable }
}
