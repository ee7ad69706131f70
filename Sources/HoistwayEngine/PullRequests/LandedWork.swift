import HoistwayModel
import HoistwayPorts
import HoistwaySteps
import Synchronization

/// Reads what a commit changes, and what promotions had pushed for pull requests, so that ``MergedWork`` can decide
/// whose work the commit is.
struct LandedWork: Sendable {
    /// How many files may differ; a commit with more counts as somebody else's.
    static let maxFiles = 5000
    /// Commits of one promotion's branch that are read one by one.
    private static let maxCommits = 20
    /// Promotions that are compared with one commit: first those that the commit names, then the newest ones.
    static let maxPromotions = 1000
    /// The most files of one commit that others changed too, and that are merged line by line.
    static let maxEdits = 1000
    private static let maxEditBytes = 1 << 20
    /// The most bytes of all such files together.
    private static let maxBytes = 64 << 20

    let workspaces: any WorkspaceMaker
    let known: KnownWork
    var maxPromotions = LandedWork.maxPromotions
    var maxEdits = LandedWork.maxEdits

    /// Pushes whose commits may have been merged in one repository.
    struct Proposals: Sendable {
        struct Push: Sendable, Hashable {
            var promotion: PromotionID
            var before: ObjectID
            var head: ObjectID
            /// Commits of its pull requests on their target branches; empty: not all are known to be merged.
            var landings: [ObjectID] = []
        }

        /// The newest promotion's first.
        var pushes: [Push] = []
        /// Commits that are known to be promotions' work.
        var merges: [ObjectID: [PromotionID]] = [:]

        var isEmpty: Bool { pushes.isEmpty && merges.isEmpty }
    }

    /// - Parameter merges: promotions that were merged already: they are not merged again.
    func proposals(
        in remote: any GitRemote,
        present: PipelineState,
        merges: [SubscriptionRecord.OwnMerge] = []
    ) -> Proposals {
        let identity = RepositoryIdentity(remote.displayURL)
        let landed = Set(merges.flatMap(\.promotions))
        let records = present.proposingPromotions.filter {
            !landed.contains($0.id) && !$0.proposed(in: identity).isEmpty
        }
        return Proposals(
            pushes: records.sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }.flatMap { record in
                let landings = record.landings(in: identity)
                return record.proposed(in: identity).map {
                    Proposals.Push(promotion: record.id, before: $0.before, head: $0.head, landings: landings)
                }
            },
            merges: Dictionary(merges.map { ($0.commit, $0.promotions) }) { $1 }
        )
    }

    /// - Parameter besides: promotions that cannot explain the commit.
    func work(
        of commit: CommitRecord,
        among proposals: Proposals,
        besides left: Set<PromotionID> = [],
        in remote: any GitRemote
    ) async throws(GitFailure) -> MergedWork {
        if let promotions = proposals.merges[commit.id] { return .own(promotions) }
        let pushes = proposals.pushes.filter { !left.contains($0.promotion) }
        guard !pushes.isEmpty else { return .foreign }
        if let push = pushes.first(where: { $0.head == commit.id }) { return .own([push.promotion]) }
        guard let landed = try await changes(to: commit, in: remote) else { return .foreign }
        // If the commit names what it merges, nothing else needs to be read.
        func isNamed(_ push: Proposals.Push) -> Bool {
            commit.parents.contains(push.head) || push.landings.contains(commit.id)
        }
        let named = pushes.filter(isNamed)
        if !named.isEmpty {
            let (work, _) = try await work(of: landed, commit, among: named, in: remote)
            if case .own = work { return work }
        }
        // Merged promotions are seldom merged again.
        let others = pushes.filter { !isNamed($0) }
        let ordered = named + others.filter(\.landings.isEmpty) + others.filter { !$0.landings.isEmpty }
        let (work, isCut) = try await work(
            of: landed,
            commit,
            among: Array(ordered.prefix(maxPromotions)),
            in: remote
        )
        if case .own = work { return work }
        return isCut || ordered.dropFirst(maxPromotions).contains(where: \.landings.isEmpty) ? .unclear : work
    }

    /// - Returns: the work, and whether the bounds have prevented comparisons.
    private func work(
        of landed: [GitPath: FileChange],
        _ commit: CommitRecord,
        among pushes: [Proposals.Push],
        in remote: any GitRemote
    ) async throws(GitFailure) -> (MergedWork, isCut: Bool) {
        var proposed: [ProposedWork] = []
        for push in pushes {
            guard let changes = try await changes(of: push, in: remote) else { continue }
            proposed.append(ProposedWork(promotion: push.promotion, head: push.head, changes: changes))
        }
        let exact = MergedWork.of(landed, parents: commit.parents, proposals: proposed, sameEdits: [])
        if case .own = exact { return (exact, false) }
        let (same, isCut) = try await sameEdits(landed, proposed, in: remote)
        return (MergedWork.of(landed, parents: commit.parents, proposals: proposed, sameEdits: same), isCut)
    }

    /// `nil`: there are too many, or the repository no longer has the commits.
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

    /// Files in which the commit has the same content as a merge of the promotion's edit.
    ///
    /// - Returns: these files, and whether there are more than are compared: the last ones of `proposed` are left out.
    private func sameEdits(
        _ landed: [GitPath: FileChange],
        _ proposed: [ProposedWork],
        in remote: any GitRemote
    ) async throws(GitFailure) -> (Set<MergedWork.EditPair>, isCut: Bool) {
        var pairs: [MergedWork.EditPair] = []
        var seen: Set<MergedWork.EditPair> = []
        for proposal in proposed {
            pairs += MergedWork.pairs(landed, [proposal]).filter { seen.insert($0).inserted }
        }
        let isCut = pairs.count > maxEdits
        pairs = Array(pairs.prefix(maxEdits))
        let files = pairs.flatMap { [$0.landed.old, $0.landed.new, $0.proposed.old, $0.proposed.new] }
        try await remote.prefetch(Set(files.compactMap(\.self).filter(\.isFile).map(\.id)).sorted { $0.hex < $1.hex })
        var same: Set<MergedWork.EditPair> = []
        var texts = Texts(remote: remote)
        for pair in pairs {
            guard texts.bytes <= Self.maxBytes else { return (same, true) }
            guard let base = try await texts.text(of: pair.proposed.old),
                let ours = try await texts.text(of: pair.landed.old),
                let theirs = try await texts.text(of: pair.proposed.new),
                let found = try await texts.text(of: pair.landed.new),
                LineMerge.merged(base: base, ours: ours, theirs: theirs) == found
            else { continue }
            same.insert(pair)
        }
        return (same, isCut)
    }

    /// The texts of one comparison.
    private struct Texts {
        let remote: any GitRemote
        /// Bytes that were read and compared so far.
        private(set) var bytes = 0
        private var last: [ObjectID: [UInt8]] = [:]

        init(remote: any GitRemote) { self.remote = remote }

        /// `nil`: it is no file, or too large.
        mutating func text(of version: FileVersion?) async throws(GitFailure) -> [UInt8]? {
            guard let version, version.isFile else { return nil }
            let text: [UInt8]
            if let known = last[version.id] {
                text = known
            } else {
                text = try await remote.blob(version.id)
                // The commit's own texts are needed for each promotion.
                if last.count < 4 { last[version.id] = text }
            }
            bytes += text.count
            return text.count <= LandedWork.maxEditBytes ? text : nil
        }
    }
}

/// What promotions had pushed for pull requests, so that it is read only once; commits never change.
final class KnownWork: Sendable {
    struct Key: Hashable {
        var remote: String
        var before: ObjectID
        var head: ObjectID
    }

    /// The most entries; above it, all are read again.
    private static let limit = 4 * LandedWork.maxPromotions

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

extension FileVersion {
    fileprivate var isFile: Bool { FileMode(rawValue: mode).map { $0 == .file || $0 == .executable } ?? false }
}
