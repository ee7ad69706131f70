import HoistwayExpressions
import HoistwayModel
import HoistwayPorts

/// Outputs and records of steps.
extension StepRun {
    // MARK: Results

    mutating func learn(_ outcome: StepOutcome) {
        context.imageChanges += outcome.imageChanges
        context.imagesSet += outcome.imagesSet
        context.imageValues += outcome.imageValues
        context.warnings += outcome.warnings
        context.mounts += outcome.mounts
        context.taken += outcome.taken
        if let commit = outcome.commit { context.commits.append(commit) }
    }

    mutating func note(_ plain: StepTemplate, _ configuration: StepEvaluator.Configuration) {
        evaluated.append(plain)
        keep(plain.alias) { result in
            result.config = configuration.shown
            result.secrets = configuration.secrets.isEmpty ? nil : configuration.secrets.sorted()
        }
    }

    mutating func note(
        _ origins: [String: Set<ArtifactOrigin>],
        of alias: String,
        isOfTask: Bool
    ) {
        guard !origins.isEmpty else { return }
        context.outputOrigins[alias] = origins
        guard isOfTask, let task = alias.task else { return }
        context.outputOrigins[task, default: [:]].merge(origins) { $1 }
    }

    /// Gives the reason why the outputs are refused; `nil` where they are accepted.
    @discardableResult
    mutating func give(
        _ outputs: [String: ConfigValue],
        of alias: String,
        isOfTask: Bool = false
    ) -> String? {
        context.outputs[alias] = .map(outputs)
        keep(alias) { $0.outputs = outputs }
        let task = alias.task
        if isOfTask, let task {
            let present = context.outputs[task]?.map ?? [:]
            context.outputs[task] = .map(present.merging(outputs) { $1 })
            keep(task) { $0.outputs.merge(outputs) { $1 } }
        }
        guard let problem = ResultBounds.problem(with: results, of: alias) else { return nil }
        for name in [alias, isOfTask ? task : nil].compactMap(\.self) {
            context.outputs[name] = nil
            keep(name) { $0.outputs = [:] }
        }
        return problem
    }

    mutating func keep(_ alias: String, _ change: (inout StepResult) -> Void) {
        let index = results.firstIndex { $0.alias == alias } ?? results.endIndex
        if index == results.endIndex { results.append(StepResult(alias: alias)) }
        change(&results[index])
    }

    // MARK: Records

    var hasFailed: Bool {
        zip(steps, records).prefix(position).contains { step, record in
            !step.continueOnError && (record.status == .failed || record.status == .errored)
        }
    }

    /// The record of the present step from an earlier run of this promotion.
    var former: StepRecord? {
        context.promotion.stepRecords.first {
            $0.alias == records[position].alias && $0.uses == records[position].uses && $0.status == .running
        }
    }

    /// Begins a step; one that was running when an earlier run was given up keeps its start time and its counts.
    mutating func begin() {
        let former = former
        records[position].status = .running
        records[position].startedAt = former?.startedAt ?? context.clock?.now()
        records[position].errorCount = former?.errorCount ?? 0
        records[position].began = former?.began
        records[position].looks = former?.looks
        records[position].isOpen = former?.isOpen
        records[position].waitsFor = former?.waitsFor
        records[position].pullRequest = former?.pullRequest
        records[position].pull = former?.pull
        records[position].memory = former?.memory
    }

    /// Ends the present step.
    ///
    /// - Parameter failure: where it did not succeed; `nil`: the message is enough.
    mutating func finish(
        _ status: StepRecord.Status,
        _ message: String,
        failure: FailureRecord? = nil,
        isTimed: Bool = true
    ) {
        records[position].status = status
        records[position].message = message
        let hasFailed = status == .failed || status == .errored
        records[position].failure = hasFailed ? failure ?? FailureRecord(.step, message: message) : nil
        records[position].isOpen = nil
        records[position].waitsFor = nil
        records[position].pullRequest = nil
        records[position].memory = nil
        if isTimed { records[position].finishedAt = context.clock?.now() }
    }

    /// The time until the step's limit, counted from its first start; `nil`: it has none.
    func timeLeft(_ template: StepTemplate) -> Duration? {
        guard let timeout = template.timeout ?? StepRegistry.schemas[template.uses]?.timeout, timeout > .zero,
            let clock = context.clock, let started = records[position].startedAt
        else { return nil }
        return timeout - (clock.now() - started)
    }

    /// For a message: ` (5m)`.
    func limit(of template: StepTemplate) -> String {
        (template.timeout ?? StepRegistry.schemas[template.uses]?.timeout).map { " (\(GoDuration.text($0)))" } ?? ""
    }

    func isOverdue(_ template: StepTemplate) -> Bool { timeLeft(template).map { $0 <= .zero } ?? false }
}

extension String {
    /// The task's part of the alias of one of its steps; `nil`: the step belongs to no task.
    fileprivate var task: String? {
        firstRange(of: "::").map { String(self[..<$0.lowerBound]) }
    }
}
