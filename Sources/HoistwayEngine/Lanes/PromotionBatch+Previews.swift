import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// A promotion that was made from a preview pushes what the preview has shown, or nothing.
extension PromotionBatch {
    /// If a promotion acts before its last push, all its pushes are compared before it does anything.
    ///
    /// For other promotions, the only push is compared when it comes. The comparison runs the steps, which may take
    /// long: so such a promotion continues outside its lane.
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

    /// Ends a promotion whose push is not the one that was shown; `false`: it is the same, or there was no preview.
    ///
    /// A push that is refused for another reason stays refused. A push that is built again is compared again.
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

    /// Ends a promotion that continues with another action although a push that was shown is missing.
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
        // Some views show only this sentence, so it includes the hint.
        let sentence = "\(words): \(OutdatedPreview.hint)"
        draft.run.stop(sentence)
        draft.end(.finished(.failed, message: sentence))
    }
}

extension PromotionRecord {
    /// The pushes of a preview that met no objection.
    var shownPushes: [BranchPreview] {
        branches.filter { $0.pushed || mode == .observe }.compactMap(\.preview)
    }

    /// Aliases of pushes with unknown content: they did not run, or an earlier step that changes files did not run.
    func unknownPushes(of records: [StepRecord]) -> [String] {
        let first = records.firstIndex { $0.isUnknown == true && StepRegistry.usesFiles($0.uses) } ?? records.endIndex
        return records.enumerated().compactMap { index, record in
            StepRegistry.pushes(record.uses) && (index > first || record.isUnknown == true) ? record.alias : nil
        }
    }
}

extension BranchOutcome {
    /// The outcome of a push that was only shown, as it is stored.
    fileprivate var unpushed: BranchOutcome {
        var outcome = self
        outcome.pushed = false
        outcome.preview = nil
        return outcome
    }
}

extension PushInspection.Verdict {
    /// In a preview, a push that exceeds the limits is shown as if a person had accepted it.
    func beyondLimits(mode: PromotionMode) -> Self {
        guard case .refused(var push, let objection) = self, let excess = objection.excess else { return self }
        push.outcome.preview?.exceeded = excess
        return mode == .observe ? .observed(push) : .push(push)
    }

    /// Data that was only needed for the comparison is not stored.
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
