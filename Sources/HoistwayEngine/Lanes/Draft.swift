import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// A promotion while its batch runs.
struct Draft {
    enum State {
        /// Its steps are running.
        case running
        /// It waits until this push was sent.
        case pushing(JudgedPush)
        /// Its run has ended, or must begin again.
        case ended(End)
    }

    enum End {
        case finished(PromotionPhase, message: String)
        /// `failure`: `nil` if a step has its own.
        case later(message: String, retry: Retry, failure: FailureRecord? = nil)
        static func later(_ failure: any Error) -> End {
            .later(
                message: HoistwayEngine.message(of: failure),
                retry: (failure as? any Diagnosable)?.retry ?? .backoff,
                failure: FailureRecord(of: failure)
            )
        }

        /// The stage's branches must be looked at again first.
        static func later(_ pause: StageRecord.Pause) -> End {
            let failure = FailureRecord(.notLooked, message: pause.reason)
            return .later(message: pause.reason, retry: .backoff, failure: failure)
        }

        /// A step has acted, and will look again at that time.
        case waiting(message: String, until: Timestamp)
        /// Its next step may take long: it continues outside its lane.
        case apart
        /// It ran outside its lane and has reached a push: the lane runs it again, with the results of the long steps.
        case ready
        /// The program is stopping: nothing new is recorded.
        case stopped

        /// The branch moved during the run, or another promotion had priority: it is built again in the next batch.
        case retry

        /// The same end; if it waits, its next look is at once.
        func lookingAgain(at now: Timestamp) -> End {
            guard case .waiting(let message, _) = self else { return self }
            return .waiting(message: message, until: now)
        }
    }

    var record: PromotionRecord
    var plan: PromotionPlan
    var run: StepRun
    private(set) var state = State.running
    /// Commits of this batch that were not pushed yet when its run began on them.
    var unpushedBases: Set<ObjectID> = []
    /// The event for notices if its push met an objection.
    var objection: NoticeEvent?
    /// Aliases of pushes that were compared with its preview.
    var comparedSteps: Set<String> = []
    /// Warnings about its freight, and about its changes to branches.
    var warnings: [String] = []

    init(record: PromotionRecord, plan: PromotionPlan, run: StepRun) {
        self.record = record
        self.plan = plan
        self.run = run
    }

    var isRunning: Bool { if case .running = state { true } else { false } }
    /// Its run has ended, or must begin again: no part of it continues outside this batch.
    var isOver: Bool {
        switch end {
        case .finished, .later, .retry: true
        case .waiting, .apart, .ready, .stopped, nil: false
        }
    }
    var push: JudgedPush? { if case .pushing(let push) = state { push } else { nil } }
    var end: End? { if case .ended(let end) = state { end } else { nil } }

    /// Updates the plan: from the steps that have begun, or from the manifests for the others.
    mutating func learn() { plan = PromotionPlan(steps: run.evaluated) }

    mutating func wait(for push: JudgedPush) { state = .pushing(push) }
    mutating func end(_ end: End) { state = .ended(end) }

    /// Gives the step the result of its push; the next steps may run.
    mutating func goOn(_ outcome: PushOutcome) {
        run.pushed(outcome)
        state = .running
    }

    /// The record with the results and the warnings of the steps that have run so far.
    var presentRecord: PromotionRecord {
        var record = record
        record.warn(warnings + run.warnings)
        record.stepRecords = run.records
        if run.number > 1 { record.runNumber = run.number }
        // A run whose push was already on the branch has opened no checkout.
        if !run.deliveredCommits.isEmpty { record.deliveredCommits = run.deliveredCommits }
        return record
    }
}

/// A push without an objection.
struct JudgedPush: Sendable {
    /// The push of its `git-push` step, with the final commit.
    var need: PushNeed
    /// The branch as it will be after the push.
    var outcome: BranchOutcome
}

extension Draft.End? {
    /// Whether it should run again when what it waits for has changed.
    var isWait: Bool {
        switch self {
        case .waiting, .later: true
        case .finished, .apart, .ready, .stopped, .retry, nil: false
        }
    }
}
