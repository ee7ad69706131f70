import HoistwayExpressions
package import HoistwayModel
import HoistwayPorts

/// Runs a promotion's steps in order, stopping where a push is needed, and before and after an effect.
///
/// A run holds nothing that must outlive it. After a failure of another system, or after a branch has moved, the run is
/// discarded. Another run begins on a new workspace, at the first step that ``Resumption`` leaves to be run. Effects of
/// an earlier run are not done again: their results are taken from the store.
package struct StepRun: Sendable {
    let steps: [StepTemplate]
    /// Pushes that arrived earlier, by position.
    let pushedBefore: [Int: BranchOutcome]
    /// Positions of pushes that have changed a branch or a tag, or would have changed it in observe mode.
    var arrived: Set<Int>
    /// Effects other than pushes that were done earlier, by position.
    let doneBefore: [Int: Resumption.Done]
    /// Values of the own state that earlier runs have read, and their decisions.
    private let pins: StepPins
    var earlier: EarlierSteps
    var context: StepContext
    var position = 0
    var need: PushNeed?
    var answer: PushOutcome?
    /// The present step without expressions, while its intent is stored.
    var intended: StepTemplate?
    /// The merge that the present step wants to request; `nil`: it wants something else.
    package internal(set) var merging: MergeRequest?
    /// The present step has acted, and its result must be stored before the next one begins.
    private var hasActed = false
    /// Changes of the own state by the present step; stored with its result.
    package private(set) var stateChanges: [StateChange] = []
    /// What a merge has put on a branch, where the present step waited for it or made it; stored with its result.
    package internal(set) var landed: LandedPullRequest?
    /// Steps that were only previewed, so that their outputs are not known.
    var previewed: [String] = []

    /// One for each step, in order.
    package internal(set) var records: [StepRecord]
    /// Results of the steps that have ended, by their aliases, in the form in which they are stored.
    package internal(set) var results: [StepResult]
    /// The steps that have begun, without expressions: their exact configurations.
    package internal(set) var evaluated: [StepTemplate] = []
    /// The failure after which the last step waits for a later try; `nil`: no step waits for one.
    package private(set) var lastFailure: StepFailure?
    /// No step has begun.
    package private(set) var isFresh = true
    /// Where a run begins that only reads what the promotion waits for, without the files of earlier steps; `nil`: it
    /// is not such a run.
    private let look: Int?

    /// - Parameters:
    ///   - resumption: what an earlier run of the same promotion has done in other systems.
    ///   - results: results of its finished steps.
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
        // Answers may contain secrets that an earlier run has sent.
        self.context.secretsSeen = Set(results.flatMap { $0.secrets ?? [] })
        position = resumption.finished.count
        // Steps that this run does not reach keep their records: above all, those of actions in other systems.
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

    /// Changes in kustomizations by the steps so far.
    package var imageChanges: [ImageChange] { context.imageChanges }
    /// Image entries that steps have set, whether that changed them or not.
    package var imagesSet: [ImageChange] { context.imagesSet }
    /// Values of files that steps have set to versions of images, whether that changed them or not.
    package var imageValues: [ImageValue] { context.imageValues }
    /// Unexpected results of the steps, a sentence each.
    package var warnings: [String] { context.warnings }
    /// For the commits in the freight: what checkouts took from their repositories.
    package var deliveredCommits: [DeliveredCommit] { context.deliveredCommits }
    /// By alias.
    package var outputs: [String: ConfigValue] { context.outputs }
    /// Counted from 1: each time a branch moves after the promotion has acted, another run begins.
    package var number: Int { (context.promotion.runNumber ?? 1) + (earlier.moved.isEmpty ? 0 : 1) }

    /// The step that runs next, or that has stopped the run; `nil`: all have run.
    package var presentStep: StepTemplate? { steps.indices.contains(position) ? steps[position] : nil }

    /// Passes on the result of the push that the last `next()` requested.
    package mutating func pushed(_ outcome: PushOutcome) {
        precondition(need != nil, "pushed(_:) follows pushNeeded")
        answer = outcome
    }

    /// Answers `hasActed`: the change of the own state that the step wanted is not possible.
    ///
    /// As in Kargo, an alias that is already used makes the step Failed, and any other problem makes it Errored.
    package mutating func refuseStateChanges(_ words: String) {
        let isAlias = stateChanges.contains { if case .setFreightAlias = $0 { true } else { false } }
        stateChanges = []
        records[position].began = nil
        finish(isAlias ? .failed : .errored, words)
    }

    /// Answers `hasActed`: later steps see the present own state.
    package mutating func see(_ state: PipelineState) {
        context.lookups.read(state, project: context.stage.project)
    }

    /// Answers `willAct` and `hasActed`: records and results could not be stored.
    ///
    /// An effect that had not begun does not count as begun. A change of the own state was not made, and its step runs
    /// again. Actions in other systems stay done.
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

    /// Ends the run at the present step: no later step runs, whatever its configuration says.
    ///
    /// Answers `pushNeeded` and `willAct`; elsewhere the next step stays unchanged.
    package mutating func stop(_ words: String) {
        need = nil
        answer = nil
        guard position < steps.count, records[position].status == .running else { return }
        if intended != nil, !context.wasBegun, records[position].looks == nil { records[position].began = nil }
        intended = nil
        finish(.failed, words, failure: FailureRecord(.refused, kind: .refused, message: words))
    }

    /// Continues to the next push or to the end.
    ///
    /// A second call without an answer requests the same push again.
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

    /// `nil`: the step is done, with any result.
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

    /// The step without expressions; `nil` where it is done: skipped, or its evaluation failed.
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
            // A pinned configuration is stored without its origins.
            if pinned != nil, let same = try? evaluator.configuration(), same.config == configuration.config {
                configuration.origins = same.origins
            }
            guard configuration.secrets.isEmpty || StepRegistry.kind(of: template.uses)?.takesSecrets == true else {
                finish(.failed, Self.refusal(of: configuration.secrets, by: template.uses))
                return nil
            }
            // For a step whose outputs are its configuration, the outputs are checked, by their names.
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

    /// A value of a secret must not be put into a file, a commit message or the name of a branch.
    private static func refusal(of secrets: Set<String>, by uses: String) -> String {
        "\(uses) would write the value of \(Listing.text(secrets.sorted())) where others can read it: only `http` and "
            + "`http-download` may use secrets"
    }

    /// The value of `if`; without it, whether all earlier steps have succeeded.
    mutating func mayRun(_ template: StepTemplate, _ evaluator: StepEvaluator) -> Bool {
        // Once the step has started, the condition is not evaluated again.
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
            // The run before made and pushed this commit: there is nothing left to commit.
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

    /// A failure of another system, or one that the step may repeat, keeps the promotion running.
    mutating func evaluate(_ failure: StepFailure, of template: StepTemplate) -> StepRunEvent? {
        // The end of the program stopped it: this does not count as a failure.
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
        // The next try runs the program again: with the memo, the lane would count this failure twice.
        context.memo?.remove(template.alias)
        let retry = failure.retry == .never ? .backoff : failure.retry
        return .retryLater(message: "\(template.alias): \(failure.description)", retry: retry)
    }
}
