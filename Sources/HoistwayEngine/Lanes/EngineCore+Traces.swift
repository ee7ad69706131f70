import HoistwayModel
import HoistwayPorts
import HoistwaySteps

/// Looks for effects of steps that the end of the program has cut off, if a person has aborted the promotion: before
/// its record is closed.
extension EngineCore {
    /// Where to look; `nil`: there is nothing to look for, or no system to ask.
    func placeOfTraces(of record: PromotionRecord) -> StepPlace? {
        guard record.abortedBy != nil, !record.phase.isTerminal else { return nil }
        for step in cutOff(record) {
            let place = self.place(of: step, in: record.stage.project)
            if place != .general { return place }
        }
        return nil
    }

    /// By the alias of the step.
    func traces(of record: PromotionRecord, at place: StepPlace) async throws -> [String: StepTrace] {
        let results = try await ports.store.stepResults(of: record.id)
        let workspace = ports.workspaces.workspace(
            heads: KnownHeads(),
            author: configuration.author,
            at: ports.clock.now()
        )
        let context = await stepContext(of: record, workspace: workspace, at: place)
        var traces: [String: StepTrace] = [:]
        for step in cutOff(record) where self.place(of: step, in: record.stage.project) != .general {
            var plain = step
            plain.config = results.first { $0.alias == step.alias }?.config ?? step.config
            // The evaluated configuration was not stored: then nothing can be looked for.
            guard plain.config.firstExpression() == nil else { continue }
            traces[step.alias] = await StepRegistry.traces(of: plain, in: context)
        }
        return traces
    }

    private func cutOff(_ record: PromotionRecord) -> [StepTemplate] {
        record.steps.filter { step in
            record.stepRecords.contains { $0.alias == step.alias && $0.uses == step.uses && $0.isOpen ?? false }
        }
    }
}
