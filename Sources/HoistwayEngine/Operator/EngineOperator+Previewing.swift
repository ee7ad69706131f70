package import HoistwayModel
package import HoistwayPorts
import HoistwaySteps

extension EngineOperator {
    package func createPreview(
        stage key: StageKey,
        freight name: String,
        mayWait: Bool,
        actor: String
    ) async throws -> PreviewView {
        let (stage, project) = try find(key)
        try Self.requireSteps(stage)
        guard pipelines.isComplete else {
            throw OperatorFailure.unavailable(
                "nothing can be previewed until all manifests have been read without errors: see `hoistway get manifests`"
            )
        }
        let state = await core.ledger.snapshot
        let freight = try Self.find(name, project: key.project, state: state)
        let reason = try Self.availability(of: freight, to: stage, core: core, state: state)
        let record = core.decider.newPromotion(
            of: freight.freight,
            to: stage,
            in: project,
            actor: actor,
            reason: "previewed by token \(actor); \(reason)",
            state: state
        )
        let id = [core.ports.random(), core.ports.random()].map { number in
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        let told = ChangedObject(.preview, project: key.project, name: id)
        let entry = PreviewBook.Entry(
            id: id,
            record: record,
            freight: freight.freight,
            actor: actor,
            createdAt: core.ports.clock.now(),
            trace: PreviewTrace { [feed = core.ledger.feed] in feed.tell([told]) },
            mayWait: mayWait
        )
        try engine.previews.add(entry)
        do {
            let noted = AuditRecord(
                at: entry.createdAt,
                actor: actor,
                action: AuditAction.preview.rawValue,
                detail: "\(id) of \(freight.freight.id) for \(key)",
                project: key.project,
                object: AuditObject(.stage, key.name)
            )
            try await core.transact { transaction, _ in transaction.audit.append(noted) }
        } catch {
            // If it cannot be recorded, it is not done. It may have ended and been forgotten in between.
            _ = try? engine.previews.cancel(id, now: core.ports.clock.now())
            throw error
        }
        return try await preview(id)
    }

    package func preview(_ id: String) async throws -> PreviewView {
        let entry = try engine.previews.entry(id, now: core.ports.clock.now())
        return await view(of: entry)
    }

    package func cancelPreview(_ id: String, actor: String) async throws -> PreviewView {
        let entry = try engine.previews.cancel(id, now: core.ports.clock.now())
        return await view(of: entry)
    }

    private func view(of entry: PreviewBook.Entry) async -> PreviewView {
        let state = await core.ledger.snapshot
        let surroundings = PreviewSurroundings(core: core, entry: entry, state: state)
        var view = PreviewView(
            id: entry.id,
            stage: entry.record.stage,
            freight: entry.freight,
            actor: entry.actor,
            mode: entry.record.mode,
            state: entry.waits ? .waiting : .running,
            message: "",
            createdAt: entry.createdAt,
            rollback: surroundings.rollback,
            replacement: surroundings.replacement
        )
        view.finishedAt = entry.ended?.at
        view.expiresAt = entry.ended.map { $0.at + PreviewBook.keptFor }
        view.promotion = entry.promotion?.text
        view.artifacts = surroundings.artifacts
        view.waiting = surroundings.waiting
        switch entry.ended?.end {
        case .outcome(let outcome): show(outcome, in: &view)
        case .failed(let text):
            show(entry.trace, in: &view)
            (view.state, view.message) = (.failed, text)
        case .canceled(let text):
            show(entry.trace, in: &view)
            (view.state, view.message) = (.canceled, text)
        case nil: show(entry.trace, in: &view)
        }
        if view.steps.isEmpty {
            view.steps = entry.record.steps.map { PreviewView.Step(StepRecord(alias: $0.alias, uses: $0.uses)) }
        }
        return view
    }

    private func show(_ trace: PreviewTrace, in view: inout PreviewView) {
        view.steps = trace.records.map(PreviewView.Step.init)
        view.results = trace.results
    }

    private func show(_ outcome: PreviewRun.Outcome, in view: inout PreviewView) {
        let record = outcome.record
        view.mode = record.mode
        view.state = record.phase == .succeeded ? .succeeded : .failed
        view.message = record.message
        view.steps = record.stepRecords.map(PreviewView.Step.init)
        view.results = outcome.results
        view.warnings = record.warnings ?? []
        let unknown = record.unknownPushes(of: record.stepRecords)
        view.branches = record.branches.map { branch in
            var one = PreviewView.Branch(branch, isPushed: branch.pushed)
            if let step = branch.step, unknown.contains(step) {
                one.inexact = "the result of an earlier step is not known yet: the push may be different"
            }
            return one
        }
        view.unknown = record.stepRecords.filter { $0.isUnknown == true }.map { "\($0.alias): \($0.message)" }
        view.acceptanceNeeded = record.branches.compactMap { $0.preview?.exceeded == nil ? nil : $0.digest }
        if let text = record.ownNameWarning { view.warnings.append(text) }
    }
}

extension PromotionRecord {
    /// A promotion has another name than its preview: a file with the name differs each time.
    fileprivate var ownNameWarning: String? {
        let holds = branches.contains { branch in
            branch.preview?.files.contains { $0.diff?.contains(id.text) ?? false } ?? false
        }
        guard holds else { return nil }
        return
            "the difference contains the name of the promotion, \(id), and each promotion has its own: "
            + "a promotion from this preview would end with \(OutdatedPreview.code); promote without the preview"
    }
}
