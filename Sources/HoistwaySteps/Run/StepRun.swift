package import HoistwayModel
import HoistwayPorts

/// Runs a promotion's steps in order, stopping where a push is needed.
///
/// A run holds nothing that must outlive it: after a failure of the outside, or a branch that moved, it is thrown
/// away, and another begins on a fresh workspace, at the first step that ``Resumption`` leaves to be run.
package struct StepRun: Sendable {
    private let steps: [StepTemplate]
    /// What arrived before, by position.
    private let pushedBefore: [Int: BranchOutcome]
    private var context: StepContext
    private var position = 0
    private var need: PushNeed?
    private var answer: PushOutcome?

    /// One for each step, in order.
    package private(set) var records: [StepRecord]
    /// What made the last step wait for a later try; `nil` while none does.
    package private(set) var lastFailure: StepFailure?
    /// No step has begun.
    package private(set) var isFresh = true

    /// - Parameter resumption: what an earlier run of the same promotion has done outside.
    package init(steps: [StepTemplate], context: StepContext, resumption: Resumption = .none) {
        self.steps = steps
        self.context = context
        pushedBefore = resumption.pushed
        position = resumption.finished.count
        records =
            resumption.finished
            + steps.dropFirst(position).map { StepRecord(alias: $0.alias, uses: $0.uses) }
    }

    /// What steps changed in kustomizations so far.
    package var imageChanges: [ImageChange] { context.imageChanges }
    /// Image entries that steps have set, whether that changed them or not.
    package var imagesSet: [ImageChange] { context.imagesSet }
    /// What may surprise in what steps have done, a sentence each.
    package var warnings: [String] { context.warnings }
    /// Of the commits that the freight carries, as far as checkouts took any of their repositories.
    package var deliveredCommits: [DeliveredCommit] { context.deliveredCommits }
    /// By alias.
    package var outputs: [String: ConfigValue] { context.outputs }

    /// Tells what became of the push that the last `next()` asked for.
    package mutating func pushed(_ outcome: PushOutcome) {
        precondition(need != nil, "pushed(_:) follows pushNeeded")
        answer = outcome
    }

    /// Goes on to the next push or to the end.
    ///
    /// Asked again without an answer, it asks for the same push again.
    package mutating func next() async -> StepRunEvent {
        isFresh = false
        if let need {
            guard let answer else { return .pushNeeded(need) }
            if let event = await settle(need, answer) { return event }
        }
        while position < steps.count {
            if let event = await runStep() { return event }
            position += 1
        }
        return StepVerdict.event(steps: steps, records: records)
    }

    // MARK: One step

    /// `nil`: the step is done, one way or another.
    private mutating func runStep() async -> StepRunEvent? {
        let template = steps[position]
        if let before = pushedBefore[position] {
            context.outputs[template.alias] = .map(GitPushStep.output(branch: before.branch, commit: before.commit))
            finish(.succeeded, before.earlierMessage, isTimed: false)
            return nil
        }
        guard !hasFailed else {
            finish(.skipped, "an earlier step did not succeed", isTimed: false)
            return nil
        }
        begin()
        do throws(StepFailure) {
            let outcome = try await StepRegistry.run(template, in: context)
            return take(outcome, of: template)
        } catch {
            return evaluate(error, of: template)
        }
    }

    private mutating func take(_ outcome: StepOutcome, of template: StepTemplate) -> StepRunEvent? {
        context.outputs[template.alias] = .map(outcome.output)
        context.imageChanges += outcome.imageChanges
        context.imagesSet += outcome.imagesSet
        context.warnings += outcome.warnings
        context.mounts += outcome.mounts
        context.taken += outcome.taken
        if let commit = outcome.commit { context.commits.append(commit) }
        switch outcome.result {
        case .succeeded: finish(.succeeded, outcome.message)
        case .skipped(let reason): finish(.skipped, reason)
        case .pushPending(var pending):
            pending.alias = template.alias
            need = pending
            records[position].message = outcome.message
            return .pushNeeded(pending)
        }
        return nil
    }

    /// A failure of the outside, or one that the step may repeat, keeps the promotion running.
    private mutating func evaluate(_ failure: StepFailure, of template: StepTemplate) -> StepRunEvent? {
        if failure.retry.isTry { records[position].errorCount += 1 }
        let mayRepeat = failure.retry != .never || records[position].errorCount < template.errorThreshold
        guard mayRepeat, !failure.isTerminal else {
            finish(failure.status, failure.description)
            return nil
        }
        guard !isOverdue(template) else {
            finish(.errored, "not done within its time limit; the last failure: \(failure.description)")
            return nil
        }
        records[position].message = failure.description
        lastFailure = failure
        let retry = failure.retry == .never ? .backoff : failure.retry
        return .retryLater(message: "\(template.alias): \(failure.description)", retry: retry)
    }

    // MARK: Pushes

    private mutating func settle(_ sent: PushNeed, _ outcome: PushOutcome) async -> StepRunEvent? {
        let template = steps[position]
        need = nil
        answer = nil
        switch outcome {
        case .pushed(let commit), .observed(let commit, _), .nothingToPush(let commit):
            do throws(StepFailure) {
                let workspace = context.workspace
                try await inWorkspace { () throws(WorkspaceFailure) in try await workspace.pushed(sent.path) }
            } catch {
                return evaluate(error, of: template) ?? advance()
            }
            context.outputs[template.alias] = .map(GitPushStep.output(branch: sent.targetBranch, commit: commit))
            switch outcome {
            case .observed(_, let because):
                finish(.succeeded, "would push \(sent.targetBranch) at \(commit.short) (\(because))")
            case .nothingToPush: finish(.skipped, "nothing to push: \(sent.targetBranch) has this content already")
            case .pushed, .refused: finish(.succeeded, "pushed \(sent.targetBranch) at \(commit.short)")
            }
        case .refused(let words):
            finish(.failed, words)
        }
        return advance()
    }

    private mutating func advance() -> StepRunEvent? {
        position += 1
        return nil
    }

    // MARK: Records

    private var hasFailed: Bool {
        zip(steps, records).contains { step, record in
            !step.continueOnError && (record.status == .failed || record.status == .errored)
        }
    }

    /// A step that was running when an earlier run of this promotion was given up goes on counting.
    private mutating func begin() {
        let former = context.promotion.stepRecords.first {
            $0.alias == records[position].alias && $0.uses == records[position].uses && $0.status == .running
        }
        records[position].status = .running
        records[position].startedAt = former?.startedAt ?? context.clock?.now()
        records[position].errorCount = former?.errorCount ?? 0
    }

    private mutating func finish(_ status: StepRecord.Status, _ message: String, isTimed: Bool = true) {
        records[position].status = status
        records[position].message = message
        if isTimed { records[position].finishedAt = context.clock?.now() }
    }

    private func isOverdue(_ template: StepTemplate) -> Bool {
        guard let timeout = template.timeout, timeout > .zero, let clock = context.clock,
            let started = records[position].startedAt
        else { return false }
        return clock.now() - started > timeout
    }
}
