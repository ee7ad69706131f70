import HoistwayExpressions
package import HoistwayModel
import HoistwayPorts

/// Runs a promotion's steps in order, stopping where a push is needed, and before and after an effect.
///
/// A run holds nothing that must outlive it: after a failure of the outside, or a branch that moved, it is thrown
/// away, and another begins on a fresh workspace, at the first step that ``Resumption`` leaves to be run. Effects that
/// an earlier run has done are not done again: their results are taken from the store.
package struct StepRun: Sendable {
    let steps: [StepTemplate]
    /// What arrived before, by position.
    let pushedBefore: [Int: BranchOutcome]
    /// Positions of pushes that have changed a branch or a tag, or would have in observe mode.
    var arrived: Set<Int>
    /// Effects other than pushes that were done before, by position.
    let doneBefore: [Int: Resumption.Done]
    /// What earlier runs have read of the own state, and decided by it.
    private let pins: StepPins
    var earlier: EarlierSteps
    var context: StepContext
    var position = 0
    var need: PushNeed?
    var answer: PushOutcome?
    /// The present step without expressions, where its intent is being stored.
    var intended: StepTemplate?
    /// The merge that the present step wants to ask for; `nil`: it wants something else.
    package internal(set) var merging: MergeRequest?
    /// The present step has acted, and its result is to be stored before the next one begins.
    private var hasActed = false
    /// What the present step changes in the own state; stored with its result.
    package private(set) var stateChanges: [StateChange] = []
    /// What a merge has left on a branch that the present step waited for, or made; stored with its result.
    package internal(set) var landed: LandedPullRequest?
    /// Steps that were only previewed, so that nobody knows their outputs.
    var previewed: [String] = []

    /// One for each step, in order.
    package internal(set) var records: [StepRecord]
    /// Of the steps that have come to an end, by their aliases, as they are to be stored.
    package internal(set) var results: [StepResult]
    /// Without expressions, the steps that have begun: what they do is known exactly.
    package internal(set) var evaluated: [StepTemplate] = []
    /// What made the last step wait for a later try; `nil` while none does.
    package private(set) var lastFailure: StepFailure?
    /// No step has begun.
    package private(set) var isFresh = true
    /// Where a run begins that only looks at what the promotion waits for: without the files of the steps before; `nil`:
    /// it is no such run.
    private let look: Int?

    /// - Parameters:
    ///   - resumption: what an earlier run of the same promotion has done outside.
    ///   - results: what its finished steps have given.
    package init(
        steps: [StepTemplate],
        context: StepContext,
        resumption: Resumption = .none,
        results: [StepResult] = []
    ) {
        look = resumption.isLook ? resumption.finished.count : nil
        self.steps = steps
        self.context = context
        pushedBefore = resumption.pushed
        arrived = Set(resumption.pushed.keys)
        doneBefore = resumption.done
        pins = StepPins(of: context.promotion, results: results)
        let earlier = EarlierSteps(of: context.promotion, steps: steps, resumption: resumption)
        self.earlier = earlier
        // What an earlier run has sent may come back now.
        self.context.secretsSeen = Set(results.flatMap { $0.secrets ?? [] })
        position = resumption.finished.count
        // What is on record of steps that this run does not come to stays there: above all, what was done outside.
        records =
            resumption.finished
            + steps.enumerated().dropFirst(position).map { position, step in
                let record = earlier.former(position) ?? context.promotion.record(of: step)
                let stays = earlier.former(position) != nil || record?.began ?? false || record?.status == .running
                return record.flatMap { stays ? $0 : nil } ?? StepRecord(alias: step.alias, uses: step.uses)
            }
        let positions = earlier.positions + resumption.done.keys + resumption.pushed.keys
        let kept = Set(resumption.finished.map(\.alias) + positions.map { steps[$0].alias })
        self.results = results.filter { kept.contains($0.alias) }
        let finished = Set(resumption.finished.map(\.alias))
        for result in results where finished.contains(result.alias) {
            let isOfTask = steps.contains { $0.alias == result.alias && $0.uses == "compose-output" }
            give(result.outputs, of: result.alias, isOfTask: isOfTask)
        }
        for (index, outcome) in resumption.pushed where index < position {
            let config = results.first(named: steps[index].alias)?.config ?? steps[index].config
            give(GitPushStep.output(of: outcome, provider: config["provider"]?.string), of: steps[index].alias)
        }
        evaluated = steps.prefix(position).map { $0.with(results.first(named: $0.alias)?.config) }
    }

    /// What steps changed in kustomizations so far.
    package var imageChanges: [ImageChange] { context.imageChanges }
    /// Image entries that steps have set, whether that changed them or not.
    package var imagesSet: [ImageChange] { context.imagesSet }
    /// Values of files that steps have set to versions of images, whether that changed them or not.
    package var imageValues: [ImageValue] { context.imageValues }
    /// What may surprise in what steps have done, a sentence each.
    package var warnings: [String] { context.warnings }
    /// Of the commits that the freight carries, as far as checkouts took any of their repositories.
    package var deliveredCommits: [DeliveredCommit] { context.deliveredCommits }
    /// By alias.
    package var outputs: [String: ConfigValue] { context.outputs }
    /// Counted from 1: each branch that moved after the promotion has acted begins another run.
    package var number: Int { (context.promotion.runNumber ?? 1) + (earlier.moved.isEmpty ? 0 : 1) }

    /// The step that is to run next, or has stopped the run; `nil`: all have run.
    package var presentStep: StepTemplate? { steps.indices.contains(position) ? steps[position] : nil }

    /// Tells what became of the push that the last `next()` asked for.
    package mutating func pushed(_ outcome: PushOutcome) {
        precondition(need != nil, "pushed(_:) follows pushNeeded")
        answer = outcome
    }

    /// Answers `hasActed`: what the step wanted to change in the own state cannot be changed.
    ///
    /// As in Kargo, an alias that cannot be given is a "no", and everything else a technical error.
    package mutating func refuseStateChanges(_ words: String) {
        let isAlias = stateChanges.contains { if case .setFreightAlias = $0 { true } else { false } }
        stateChanges = []
        records[position].began = nil
        finish(isAlias ? .failed : .errored, words)
    }

    /// Answers `hasActed`: later steps see the own state as it is now.
    package mutating func see(_ state: PipelineState) {
        context.lookups.read(state, project: context.stage.project)
    }

    /// Answers `willAct` and `hasActed`: what was to be stored could not be stored.
    ///
    /// An effect that has not begun did not begin. A change of the own state was not made, and its step runs again. What
    /// was done outside was done.
    package mutating func withdraw() {
        if intended != nil {
            intended = nil
            records[position].began = former?.began
            records[position].isOpen = former?.isOpen
        } else if !stateChanges.isEmpty {
            stateChanges = []
            records[position].began = nil
            records[position].status = .running
            records[position].finishedAt = nil
        }
    }

    /// Answers `willAct`: the step must not act.
    package mutating func refuse(_ words: String, _ code: FailureRecord.Code = .refused) {
        precondition(intended != nil, "refuse(_:) follows willAct")
        intended = nil
        if !context.wasBegun, records[position].looks == nil { records[position].began = nil }
        finish(.failed, words, failure: FailureRecord(code, kind: .refused, message: words))
        position += 1
    }

    /// Ends the run at the present step: nothing more is done, whatever the steps after it say.
    ///
    /// Answers `pushNeeded` and `willAct`; elsewhere the step that would come next is left alone.
    package mutating func stop(_ words: String) {
        need = nil
        answer = nil
        guard position < steps.count, records[position].status == .running else { return }
        if intended != nil, !context.wasBegun, records[position].looks == nil { records[position].began = nil }
        intended = nil
        finish(.failed, words, failure: FailureRecord(.refused, kind: .refused, message: words))
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
            if hasActed {
                hasActed = false
                stateChanges = []
                landed = nil
                position += 1
                continue
            }
            if let look, position > look, steps[position...].contains(where: { StepRegistry.usesFiles($0.uses) }) {
                return .apartNeeded
            }
            if let event = await runStep() { return event }
            position += 1
        }
        return StepVerdict.event(steps: steps, records: records, arrived: arrived)
    }

    // MARK: One step

    /// `nil`: the step is done, one way or another.
    private mutating func runStep() async -> StepRunEvent? {
        let template = steps[position]
        if let before = pushedBefore[position] { return await takeAgain(before, of: template) }
        if let record = earlier[position] { return await restore(template, record) }
        if let record = refusal(of: template) {
            records[position] = record
            return nil
        }
        guard let plain = intended ?? prepare(template) else { return nil }
        let kind = StepRegistry.kind(of: template.uses)
        if kind == .effect {
            if context.isPreview { return preview(plain) }
            guard context.mayRun(at: .general) else { return .apartNeeded }
            guard intended != nil else {
                intended = plain
                context.wasBegun = records[position].isOpen ?? false
                records[position].began = true
                records[position].isOpen = true
                return .willAct
            }
        }
        if let place = StepRegistry.placeOfLook(plain.uses, in: context) {
            return await runLookingStep(plain, template, at: place)
        }
        intended = nil
        do throws(StepFailure) {
            let outcome = try await StepRegistry.run(plain, in: context)
            return take(outcome, of: template)
        } catch .apart {
            return .apartNeeded
        } catch {
            let event = evaluate(error, of: template)
            return kind == .effect ? event ?? acted() : event
        }
    }

    /// The step without expressions; `nil` where it is done: skipped, or not to be evaluated.
    private mutating func prepare(_ template: StepTemplate) -> StepTemplate? {
        let evaluator = StepEvaluator(context, steps: steps, records: records, position: position)
        if let done = doneBefore[position] {
            takeAgain(done, of: template, evaluator)
            return nil
        }
        guard mayRun(template, evaluator) else { return nil }
        begin()
        do throws(ExpressionError) {
            let pinned = pins.configuration(of: template)
            var configuration = if let pinned { pinned } else { try evaluator.configuration() }
            // What was pinned is stored without its origins.
            if pinned != nil, let same = try? evaluator.configuration(), same.config == configuration.config {
                configuration.origins = same.origins
            }
            guard configuration.secrets.isEmpty || StepRegistry.kind(of: template.uses)?.takesSecrets == true else {
                finish(.failed, Self.refusal(of: configuration.secrets, by: template.uses))
                return nil
            }
            // Of a step that only gives what it is configured with, the outputs are judged, by their names.
            if StepRegistry.kind(of: template.uses) != .pure,
                let problem = ResultBounds.problem(withConfiguration: configuration.config)
            {
                finish(.failed, problem)
                return nil
            }
            context.secretsUsed = configuration.secrets
            context.secretsSeen.formUnion(configuration.secrets)
            context.valueOrigins = configuration.origins
            context.look = (records[position].looks ?? 0) + 1
            context.memory = records[position].memory
            context.alias = template.alias
            var plain = template
            plain.config = configuration.config
            note(plain, configuration)
            context.progress?(records, results)
            return plain
        } catch {
            guard previewed.isEmpty else {
                if StepRegistry.kind(of: template.uses) == .forge {
                    previewPullRequest(template)
                    return nil
                }
                finish(
                    .skipped,
                    "not known until it runs: \(error.message) (\(Listing.text(previewed)) did not run)",
                    isTimed: false
                )
                records[position].isUnknown = true
                return nil
            }
            finish(.errored, error.explained)
            return nil
        }
    }

    /// A value of a secret must not get into a file, a commit message or the name of a branch.
    private static func refusal(of secrets: Set<String>, by uses: String) -> String {
        "\(uses) would write what \(Listing.text(secrets.sorted())) gives to where others can read it: only `http` and "
            + "`http-download` may use secrets"
    }

    /// What `if` says; without it, whether every step before has succeeded.
    mutating func mayRun(_ template: StepTemplate, _ evaluator: StepEvaluator) -> Bool {
        // Once it has started, nobody asks again.
        if former?.startedAt != nil { return true }
        guard let condition = template.condition else {
            guard hasFailed else { return true }
            finish(.skipped, "an earlier step did not succeed", isTimed: false)
            return false
        }
        do throws(ExpressionError) {
            let pinned = pins.decision(of: template, condition)
            let isTrue = if let pinned { pinned } else { try evaluator.condition(condition) }
            if isTrue { return true }
            finish(.skipped, "its `if` is false", isTimed: false)
        } catch {
            if previewed.isEmpty {
                finish(.errored, error.explained, isTimed: false)
            } else {
                finish(.skipped, "not known until it runs: \(error.message)", isTimed: false)
                records[position].isUnknown = true
            }
        }
        return false
    }

    private mutating func preview(_ plain: StepTemplate) -> StepRunEvent? {
        do throws(StepFailure) {
            let text = try StepRegistry.preview(of: plain, in: context)
            previewed.append(plain.alias)
            finish(.succeeded, text)
            records[position].isTold = true
        } catch {
            finish(error.status, error.description, failure: FailureRecord(error))
        }
        return nil
    }

    mutating func take(_ outcome: StepOutcome, of template: StepTemplate) -> StepRunEvent? {
        note(outcome.outputOrigins, of: template.alias, isOfTask: outcome.isTaskOutput)
        if let problem = give(outcome.output, of: template.alias, isOfTask: outcome.isTaskOutput) {
            finish(.failed, problem)
            return actsOutside(template) ? acted() : nil
        }
        learn(outcome)
        if let pull = outcome.pull { records[position].pull = pull }
        switch outcome.result {
        case .succeeded:
            finish(.succeeded, outcome.message)
            records[position].applications = outcome.applications
            landed = outcome.landed
        case .skipped(let reason):
            finish(.skipped, reason)
            // Made by the run before, and pushed: there is nothing left to commit.
            if let former = earlier.former(position), former.status == .succeeded, isPushed(outcome.output["commit"]) {
                records[position] = former
            }
        case .pushPending(var pending):
            pending.alias = template.alias
            need = pending
            records[position].message = outcome.message
            return .pushNeeded(pending)
        case .waiting(let message, let pause):
            records[position].waitsFor = outcome.waitsFor
            records[position].pullRequest = outcome.pullRequest
            records[position].memory = outcome.memory
            return wait(message, pause, template)
        }
        if !outcome.stateChanges.isEmpty, !context.isPreview {
            stateChanges = outcome.stateChanges
            records[position].began = true
        }
        return actsOutside(template) || !stateChanges.isEmpty ? acted() : nil
    }

    /// The result of an effect is stored before anything else begins.
    mutating func acted() -> StepRunEvent {
        hasActed = true
        return .hasActed
    }

    /// A failure of the outside, or one that the step may repeat, keeps the promotion running.
    mutating func evaluate(_ failure: StepFailure, of template: StepTemplate) -> StepRunEvent? {
        // Cut off by the end of the program: that is nobody's failure.
        if Task.isCancelled, failure.retry != .never {
            return .retryLater(message: "\(template.alias): \(failure.description)", retry: failure.retry)
        }
        if failure.retry.isTry { records[position].errorCount += 1 }
        let isCounted = template.errorThreshold > 1 || template.continueOnError
        let mayRepeat =
            failure.retry != .never && !isCounted || records[position].errorCount < template.errorThreshold
        guard mayRepeat, !failure.isTerminal else {
            finish(failure.status, failure.description, failure: FailureRecord(failure))
            return nil
        }
        guard !isOverdue(template) else {
            let words = "not done within its time limit\(limit(of: template)); last: \(failure.description)"
            finish(
                .errored,
                words,
                failure: FailureRecord(.step, kind: .timedOut, message: words, hint: failure.hint)
            )
            return nil
        }
        records[position].message = failure.description
        records[position].failure = FailureRecord(failure)
        records[position].isOpen = nil
        lastFailure = failure
        // The next try runs a program again; its lane would count this failure once more.
        context.memo?.remove(template.alias)
        let retry = failure.retry == .never ? .backoff : failure.retry
        return .retryLater(message: "\(template.alias): \(failure.description)", retry: retry)
    }
}
