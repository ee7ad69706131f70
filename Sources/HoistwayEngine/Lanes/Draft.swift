import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// A promotion on its way through a batch.
struct Draft {
    var record: PromotionRecord
    var plan: PromotionPlan
    var run: StepRun
    /// What its present `git-push` step wants sent.
    var need: PushNeed?
    /// The branch as it will be after the push.
    var outcome: BranchOutcome?
    /// Commits of this batch that were not pushed yet when it began at them.
    var stoodOn: Set<ObjectID> = []
    /// Set once the run has come to an end, or must be begun anew.
    var end: End?
    /// What stood against its push, for those who are told.
    var objection: NoticeEvent?
    /// What may surprise in its freight, and in what it does to branches.
    var warnings: [String] = []

    enum End {
        case finished(PromotionPhase, message: String)
        case later(message: String, retry: Retry)
        static func later(_ failure: any Error) -> End {
            .later(
                message: HoistwayEngine.message(of: failure),
                retry: (failure as? any Diagnosable)?.retry ?? .backoff
            )
        }

        /// The branch moved under it, or another took precedence: it is built anew in the next batch.
        case retry
    }

    /// With what may surprise in it, as far as it has come.
    var warnedRecord: PromotionRecord {
        var record = record
        record.warn(warnings + run.warnings)
        // A run that found its push on the branch has opened no checkout.
        if !run.deliveredCommits.isEmpty { record.deliveredCommits = run.deliveredCommits }
        return record
    }

    var branchKey: BranchKey? {
        need.map { BranchKey(remote: $0.outgoing.remote.displayURL, branch: $0.targetBranch) }
    }
}
