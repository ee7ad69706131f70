import HoistwayModel

/// How the end of a draft changes the state.
enum Settlement {
    static func changes(
        _ record: PromotionRecord,
        end: Draft.End?,
        core: EngineCore,
        state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        var record = record
        record.run = record.run?.ended
        switch end {
        case .finished(let phase, let message):
            record.phase = phase
            record.message = message
            record.finishedAt = now
            record.nextTry = nil
            record.trouble = nil
            if phase == .succeeded {
                record.failure = nil
            } else if record.outdated == nil {
                // The difference from the preview is recorded already, and is not the failure of a step.
                record.failure = record.failedStep?.failure ?? FailureRecord(.other, message: message)
            }
        case .stopped: break
        case .waiting(let message, let moment):
            record.phase = .running
            record.message = message
            record.nextTry = moment
            record.trouble = nil
            record.failure = nil
        case .apart: record.message = "a long step is running"
        case .ready: record.message = "waits for its turn to push"
        case .later(let message, let retry, let failure):
            record.failure = failure ?? record.failedStep?.failure ?? FailureRecord(.outside, message: message)
            record.postpone(message, retry: retry, now: now, random: core.ports.random)
        case .retry, nil:
            record.forgetRefusals()
            // It was found at an assumed position of a branch: it is compared again.
            if record.outdated != nil {
                record.outdated = nil
                record.branches.removeAll { !$0.pushed }
            }
            // It runs all its steps again: its pushes are listed only once.
            if record.mode == .observe { record.branches.removeAll { !$0.pushed } }
            record.attempts += 1
            record.failure = nil
            record.message = "the branch moved; the change is applied again"
            // The first retry is at once: nearly always the other push has ended.
            record.nextTry =
                record.attempts > 1
                ? now + .milliseconds(Int64(core.ports.random() % 100) * Int64(record.attempts)) : nil
        }
        guard record.phase.isTerminal else { return [.putPromotion(record)] }
        if let open = record.leftOpen { record.message += "; \(open)" }
        let stage = core.configuration.pipelines.stage(record.stage)
        return PromotionOutcome.changes(after: record, stage: stage, state: state, now: now)
    }
}

extension PromotionRecord {
    /// Forgets refused pushes, since the branch is looked at again.
    fileprivate mutating func forgetRefusals() {
        for (index, step) in stepRecords.enumerated() where step.uses == "git-push" && step.status == .failed {
            stepRecords[index] = StepRecord(alias: step.alias, uses: step.uses)
        }
    }
}
