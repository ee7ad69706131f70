import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Promotions that were made from a preview push what it has shown, or nothing.
extension PromotionBatch {
    /// Where a promotion acts before its last push, all its pushes are compared before it does anything.
    ///
    /// Of all others the only push is compared when it comes. To run the steps takes its time: in a lane, such a promotion
    /// goes on beside it.
    func comparePreview(_ draft: inout Draft) async {
        let record = draft.record
        guard let shown = record.previewed, core.preview == nil, !record.hasActed, !core.compared.contains(record.id),
            StepRegistry.actsBeforeLastPush(record.steps)
        else { return }
        guard place != nil else { return draft.end(.apart) }
        do {
            let outcome = try await PreviewRun(core: core, record: record).run()
            let present = outcome.record
            guard present.phase.isTerminal else {
                return draft.end(.later(message: present.message, retry: .backoff))
            }
            let found = present.shownPushes.map(\.push)
            let unknown = Set(shown.unknown + present.unknownPushes(of: present.stepRecords))
            let differences = shown.differences(from: found.filter { !unknown.contains($0.step) })
            if let outdated = OutdatedPreview(preview: shown.preview, branches: differences) {
                draft.record.branches += present.branches.map(\.unpushed)
                return end(&draft, outdated)
            }
            guard present.phase == .succeeded else {
                return draft.end(.finished(present.phase, message: "nothing was done: \(present.message)"))
            }
            _ = core.compared.begin(record.id)
        } catch {
            draft.end(Task.isCancelled ? .stopped : .later(error))
        }
    }

    /// Ends a promotion whose push is not the one that was shown; `false`: it is, or was made without a preview.
    ///
    /// What is refused for another reason stays so. What is built again is compared again.
    func endIfOutdated(
        _ draft: inout Draft,
        _ need: PushNeed,
        _ verdict: inout PushInspection.Verdict
    ) async throws -> Bool {
        guard let shown = draft.record.previewed, core.preview == nil else { return false }
        let push: JudgedPush?
        switch verdict {
        case .retry: return false
        case .refused(_, let objection) where !objection.awaitsAcceptance: return false
        case .nothingToPush: push = nil
        case .refused(let judged, _), .observed(let judged), .push(let judged): push = judged
        }
        let found =
            push?.outcome.preview?.push
            ?? PreviewedPushes.Push(
                step: need.alias,
                remote: need.outgoing.remote.displayURL,
                branch: need.targetBranch,
                kind: need.kind,
                digest: nil
            )
        verdict = verdict.compared
        draft.comparedSteps.insert(need.alias)
        guard
            let outdated = OutdatedPreview(
                preview: shown.preview,
                branches: [shown.difference(from: found)].compactMap(\.self)
            )
        else {
            if shown.unknown.contains(need.alias) {
                draft.warnings.append(
                    "what \(need.alias) pushes to \(need.targetBranch) was not compared: preview \(shown.preview) could not "
                        + "know it"
                )
            }
            return false
        }
        if var outcome = push?.outcome.unpushed {
            outcome.diff = try await core.ports.workspaces.unifiedDiff(
                from: need.outgoing.remote.tree(of: need.outgoing.base),
                to: outcome.tree,
                in: need.outgoing.remote,
                maxBytes: PushInspector.maxDiffBytes
            )
            draft.record.branches.append(outcome)
        }
        end(&draft, outdated)
        return true
    }

    /// Ends a promotion that goes on to something else although a push that was shown has not come.
    func endIfMissing(_ draft: inout Draft) -> Bool {
        guard let shown = draft.record.previewed, core.preview == nil,
            !core.compared.contains(draft.record.id) || draft.run.presentStep == nil
        else { return false }
        let come = draft.comparedSteps.union(draft.record.branches.filter(\.pushed).compactMap(\.step))
        guard let outdated = OutdatedPreview(preview: shown.preview, branches: shown.missing(besides: come)) else {
            return false
        }
        end(&draft, outdated)
        return true
    }

    private func end(_ draft: inout Draft, _ outdated: OutdatedPreview) {
        let words = outdated.message(pushed: draft.record.branches.filter(\.pushed).map(\.branch))
        draft.record.outdated = outdated
        draft.record.failure = FailureRecord(
            .previewOutdated,
            message: words,
            hint: OutdatedPreview.hint
        )
        draft.objection = .promotionRefused
        // Where only one sentence is shown, it says what to do too.
        let sentence = "\(words): \(OutdatedPreview.hint)"
        draft.run.stop(sentence)
        draft.end(.finished(.failed, message: sentence))
    }
}

extension PromotionRecord {
    /// Of a preview: the pushes that nothing stands against.
    var shownPushes: [BranchPreview] {
        branches.filter { $0.pushed || mode == .observe }.compactMap(\.preview)
    }

    /// Aliases of pushes of which nobody knows what they push: they did not run, or a step before them that changes files
    /// did not.
    func unknownPushes(of records: [StepRecord]) -> [String] {
        let first = records.firstIndex { $0.isUnknown == true && StepRegistry.usesFiles($0.uses) } ?? records.endIndex
        return records.enumerated().compactMap { index, record in
            StepRegistry.pushes(record.uses) && (index > first || record.isUnknown == true) ? record.alias : nil
        }
    }
}

extension BranchOutcome {
    /// As it is kept of what was only shown.
    fileprivate var unpushed: BranchOutcome {
        var outcome = self
        outcome.pushed = false
        outcome.preview = nil
        return outcome
    }
}

extension PushInspection.Verdict {
    /// In a preview, what exceeds the limits is shown as it would be once a person has accepted it.
    func beyondLimits(mode: PromotionMode) -> Self {
        guard case .refused(var push, let objection) = self, let excess = objection.excess else { return self }
        push.outcome.preview?.exceeded = excess
        return mode == .observe ? .observed(push) : .push(push)
    }

    /// What was only needed to compare is not stored.
    fileprivate var compared: Self {
        func plain(_ push: JudgedPush) -> JudgedPush {
            var push = push
            push.outcome.preview = nil
            return push
        }
        return switch self {
        case .nothingToPush, .retry: self
        case .refused(let push, let objection): .refused(plain(push), objection)
        case .observed(let push): .observed(plain(push))
        case .push(let push): .push(plain(push))
        }
    }
}
