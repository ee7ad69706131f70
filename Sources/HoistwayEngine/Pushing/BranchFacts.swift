import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// The state of a branch before a push, as far as the push guard needs it.
struct BranchFacts: Sendable {
    /// Where the branch is at the remote; `nil` or zero for a new branch.
    var tip: ObjectID?
    /// The push is based on a commit of this batch: everything below was checked with the first of them.
    var isOurs: Bool
    /// How the remote's branch compares with Hoistway's last push.
    var found: BranchStanding
    /// Another program that has changed a kustomization of the stage.
    var secondWriter: SecondWriter?
    /// Changes of others in places that the promotion clears or copies over.
    var foreign: ForeignWork

    /// The standing to remember.
    var standing: BranchStanding { isOurs ? .asLeft : found }

    /// Reads no more of the branch than the guard needs.
    static func read(_ need: PushNeed, of subject: PushSubject, heads: KnownHeads) async throws -> BranchFacts {
        guard need.isOnStageBranch else {
            // Nobody else writes there.
            return BranchFacts(tip: nil, isOurs: false, found: .asLeft, secondWriter: nil, foreign: .none)
        }
        // Changes of others below a commit of this batch may concern only this stage.
        let isOurs = heads.unpushed[subject.key] != nil
        let tip =
            isOurs
            ? heads.snapshots[subject.key.remote]?.refs["refs/heads/" + subject.key.branch] : need.outgoing.old
        let watch = BranchWatch(remote: need.outgoing.remote)
        let found = try await watch.standing(of: tip, known: subject.known)
        return BranchFacts(
            tip: tip,
            isOurs: isOurs,
            found: found,
            secondWriter: try await watch.secondWriter(
                found,
                of: subject.checkout.map {
                    $0.editedDirectories.flatMap(Kustomizations.files) + $0.editedFiles.map(\.path)
                        + $0.editedTrees.map(\.path)
                } ?? [],
                since: subject.known?.head,
                at: tip
            ),
            foreign: try await foreign(need, subject, standing: found, tip: tip)
        )
    }

    /// Changes of others in places that the promotion clears or copies over.
    private static func foreign(
        _ need: PushNeed,
        _ subject: PushSubject,
        standing: BranchStanding,
        tip: ObjectID?
    ) async throws -> ForeignWork {
        guard subject.stage.foreignCommits != .overwrite, let tip, !tip.isZero else { return .none }
        if need.isTransfer {
            var work = try await subject.finder(need).work(standing: standing, at: tip, listsFiles: true)
            work.files = work.files?.intersection(need.overwritten)
            return work.files?.isEmpty == true ? .none : work
        }
        guard subject.isCopied else { return .none }
        var work = try await subject.finder(need).work(standing: standing, at: tip, listsFiles: true)
        if let checkout = subject.checkout { work.files = work.files?.filter(checkout.isReplaced) }
        guard work.commits.isEmpty else { return work.files?.isEmpty == true ? .none : work }
        // A copy alone removes nothing from a branch on which it is the first one.
        guard subject.replacesTree, standing == .asLeft else { return .none }
        // A branch that only gets merges cannot be adopted.
        if need.isMerge, subject.known == nil { return .none }
        return try await subject.finder(need).everything(at: tip, listsFiles: true)
    }
}
