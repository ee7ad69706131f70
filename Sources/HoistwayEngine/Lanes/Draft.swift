import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// A promotion on its way through a batch.
struct Draft {
    enum State {
        /// Its steps run.
        case running
        /// It waits until this has been sent.
        case pushing(JudgedPush)
        /// Its run has come to an end, or must be begun again.
        case ended(End)
    }

    enum End {
        case finished(PromotionPhase, message: String)
        /// `failure`: `nil` where a step's own says it.
        case later(message: String, retry: Retry, failure: FailureRecord? = nil)
        static func later(_ failure: any Error) -> End {
            .later(
                message: HoistwayEngine.message(of: failure),
                retry: (failure as? any Diagnosable)?.retry ?? .backoff,
                failure: FailureRecord(of: failure)
            )
        }

        /// What the stage's branches hold is looked at again first.
        static func later(_ pause: StageRecord.Pause) -> End {
            let failure = FailureRecord(.notLooked, message: pause.reason)
            return .later(message: pause.reason, retry: .backoff, failure: failure)
        }

        /// A step has acted, and looks again at that moment.
        case waiting(message: String, until: Timestamp)
        /// Its next step takes its time: it goes on beside its lane.
        case apart
        /// Beside its lane, it has come to a push: the lane runs it again, with what the long steps have given.
        case ready
        /// The program is being stopped: nothing is known of it that was not known before.
        case stopped

        /// The branch moved under it, or another took precedence: it is built again in the next batch.
        case retry

        /// The same, where it waits, with a look at once.
        func lookingAgain(at now: Timestamp) -> End {
            guard case .waiting(let message, _) = self else { return self }
            return .waiting(message: message, until: now)
        }
    }

    var record: PromotionRecord
    var plan: PromotionPlan
    var run: StepRun
    private(set) var state = State.running
    /// Commits of this batch that were not pushed yet when it began at them.
    var stoodOn: Set<ObjectID> = []
    /// What stood against its push, for those who are told.
    var objection: NoticeEvent?
    /// Aliases of pushes that were compared with what its preview had shown.
    var comparedSteps: Set<String> = []
    /// What may surprise in its freight, and in what it does to branches.
    var warnings: [String] = []

    init(record: PromotionRecord, plan: PromotionPlan, run: StepRun) {
        self.record = record
        self.plan = plan
        self.run = run
    }

    var isRunning: Bool { if case .running = state { true } else { false } }
    /// It has come to an end, or must be begun again: nothing of it goes on elsewhere.
    var isOver: Bool {
        switch end {
        case .finished, .later, .retry: true
        case .waiting, .apart, .ready, .stopped, nil: false
        }
    }
    var push: JudgedPush? { if case .pushing(let push) = state { push } else { nil } }
    var end: End? { if case .ended(let end) = state { end } else { nil } }

    /// What its steps do, as far as they have begun; before that, as far as the manifests say.
    mutating func learn() { plan = PromotionPlan(steps: run.evaluated) }

    mutating func wait(for push: JudgedPush) { state = .pushing(push) }
    mutating func end(_ end: End) { state = .ended(end) }

    /// The step hears what became of its push, and the next ones may run.
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
        // A run that found its push on the branch has opened no checkout.
        if !run.deliveredCommits.isEmpty { record.deliveredCommits = run.deliveredCommits }
        return record
    }
}

/// A push that nothing stands against.
struct JudgedPush: Sendable {
    /// What its `git-push` step wants sent, with what was made of its commit.
    var need: PushNeed
    /// The branch as it will be after the push.
    var outcome: BranchOutcome
}

extension Draft.End? {
    /// Whether a change of what it waits for is a reason to go on.
    var isWait: Bool {
        switch self {
        case .waiting, .later: true
        case .finished, .apart, .ready, .stopped, .retry, nil: false
        }
    }
}
