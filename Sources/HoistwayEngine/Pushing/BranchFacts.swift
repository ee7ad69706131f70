import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// What a branch holds before a push, as far as the push guard asks.
struct BranchFacts: Sendable {
    /// Where the branch is at the remote; `nil` or zero for a new branch.
    var tip: ObjectID?
    /// The push stands on a commit of this batch: what lies below was looked at with the first of them.
    var isOurs: Bool
    /// How the remote's branch stands to what was left there.
    var found: BranchStanding
    /// Another program that has changed a kustomization which the stage edits.
    var secondWriter: SecondWriter?
    /// What others have done in places that the promotion clears or copies over.
    var foreign: ForeignWork

    /// What is worth remembering of how the branch was found.
    var standing: BranchStanding { isOurs ? .asLeft : found }

    /// Reads no more of the branch than the guard asks about.
    static func read(_ need: PushNeed, of subject: PushSubject, heads: KnownHeads) async throws -> BranchFacts {
        guard need.isOnStageBranch else {
            // Nobody else has anything there.
            return BranchFacts(tip: nil, isOurs: false, found: .asLeft, secondWriter: nil, foreign: .none)
        }
        // What others have changed below a commit of this batch may be this stage's alone.
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

    /// What others have done in places that the promotion clears or copies over.
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
        // A copy alone takes nothing away from a branch that it is the first to be made to.
        guard subject.replacesTree, standing == .asLeft else { return .none }
        // Nobody can adopt a branch that only merges come to.
        if need.isMerge, subject.known == nil { return .none }
        return try await subject.finder(need).everything(at: tip, listsFiles: true)
    }
}
