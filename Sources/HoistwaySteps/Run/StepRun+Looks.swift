import HoistwayModel

/// Steps that look at what is outside before they write there, and steps that wait for it.
extension StepRun {
    /// One pass of a step that looks first; it is stored that it begins to write before it writes.
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
            // Wherever the promotion goes on, in its lane or beside it, what has come to an end does not run again.
            if records[position].status.isFinal { records[position].began = true }
            return actsOutside(template) ? event ?? acted() : event
        }
    }

    private mutating func previewLookingStep(_ plain: StepTemplate) async {
        // In the lane too: beside it, the run would end at a push that is only shown, and never come here.
        previewed.append(plain.alias)
        do throws(StepFailure) {
            finish(.succeeded, try await StepRegistry.lookingStep(plain, in: context).preview(in: context))
            records[position].isTold = true
        } catch {
            finish(error.status, error.description, failure: FailureRecord(error))
        }
    }

    /// A step about a pull request of which an earlier step would give the number or the branch.
    mutating func previewPullRequest(_ template: StepTemplate) {
        previewed.append(template.alias)
        finish(.succeeded, StepRegistry.previewOfPullRequest(template))
        records[position].isTold = true
    }

    /// Whether what the present step came to is stored before anything else begins.
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
        // The look that ends it comes when its time is over, not later.
        return .waiting(message: "\(template.alias): \(message)", after: min(pause, timeLeft(template) ?? pause))
    }
}
