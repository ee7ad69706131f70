import HoistwayModel

/// Steps that read another system before they write there, and steps that wait for it.
extension StepRun {
    /// One pass of such a step; the intent to write is stored before the write.
    mutating func runLookingStep(
        _ plain: StepTemplate,
        _ template: StepTemplate,
        at place: StepPlace
    ) async -> StepRunEvent? {
        if context.isPreview {
            if !previewed.isEmpty, StepRegistry.kind(of: plain.uses) == .forge, StepPins.restsOnSteps(template) {
                previewPullRequest(plain)
                return nil
            }
            await previewLookingStep(plain)
            return nil
        }
        guard context.mayRun(at: place) else { return .apartNeeded }
        let mayWrite = intended != nil
        intended = nil
        do throws(StepFailure) {
            switch try await StepRegistry.lookingStep(plain, in: context).pass(in: context, mayWrite: mayWrite) {
            case .wantsToWrite(let memory, let merge):
                intended = plain
                merging = merge
                records[position].began = true
                records[position].isOpen = true
                if let memory {
                    records[position].memory = memory
                    context.memory = memory
                }
                return .willAct
            case .failed(let failure, let pull):
                records[position].pull = pull
                throw failure
            case .outcome(let outcome):
                records[position].began = true
                return take(outcome, of: template)
            }
        } catch {
            let event = evaluate(error, of: template)
            // A step that has ended does not run again, wherever the promotion continues: in its lane or beside it.
            if records[position].status.isFinal { records[position].began = true }
            return actsOutside(template) ? event ?? acted() : event
        }
    }

    private mutating func previewLookingStep(_ plain: StepTemplate) async {
        // Previewed in the lane too: beside it, the run would end at an earlier push that is only shown.
        previewed.append(plain.alias)
        do throws(StepFailure) {
            finish(.succeeded, try await StepRegistry.lookingStep(plain, in: context).preview(in: context))
            records[position].isTold = true
        } catch {
            finish(error.status, error.description, failure: FailureRecord(error))
        }
    }

    /// Previews a step for a pull request whose number or branch would come from an earlier step.
    mutating func previewPullRequest(_ template: StepTemplate) {
        previewed.append(template.alias)
        finish(.succeeded, StepRegistry.previewOfPullRequest(template))
        records[position].isTold = true
    }

    /// Whether the result of the present step is stored before the next step begins.
    func actsOutside(_ template: StepTemplate) -> Bool {
        switch StepRegistry.kind(of: template.uses) {
        case .effect: true
        case .cluster, .forge: records[position].began ?? false
        case .pure, .workspace, .program, .download, .push, nil: false
        }
    }

    /// The step is not done; it looks again after the pause, unless its time is over.
    mutating func wait(_ message: String, _ pause: Duration, _ template: StepTemplate) -> StepRunEvent? {
        guard !isOverdue(template) else {
            let words = "not done within its time limit\(limit(of: template)); last: \(message)"
            finish(.errored, words, failure: FailureRecord(.step, kind: .timedOut, message: words))
            return acted()
        }
        records[position].message = message
        records[position].failure = nil
        records[position].isOpen = nil
        records[position].looks = (records[position].looks ?? 0) + 1
        // The last look comes exactly at the time limit.
        return .waiting(message: "\(template.alias): \(message)", after: min(pause, timeLeft(template) ?? pause))
    }
}
