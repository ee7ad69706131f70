import HoistwayModel
import HoistwaySteps

extension EngineCore {
    /// Stores what a promotion's steps have done so far, before or after an effect.
    ///
    /// `false` if the promotion has ended in between, as by an abort.
    ///
    /// Effects in other systems are recorded in any case. Changes of Hoistway's state are stored with the record, or
    /// not at all.
    ///
    /// - Throws: `StateChangeFailure` if such a change of Hoistway's state is not possible: then nothing is stored.
    func store(_ draft: Draft) async throws -> Bool {
        let record = draft.presentRecord
        let results = draft.run.results
        let stateChanges = draft.run.stateChanges
        let landed = try await landing(of: draft)
        return try await transact(whole: [record.id]) { transaction, core in
            if let landed, var known = transaction.state.branches[landed.key] {
                known.land(landed.commits, on: landed.parent)
                transaction.put(.putBranch(known))
            }
            guard var present = transaction.whole(record.id) else { return false }
            let isOpen = !present.phase.isTerminal && present.abortedBy == nil
            if isOpen {
                let run = present.run
                present = record
                present.run = run
                for change in stateChanges {
                    guard let project = core.configuration.pipelines.projects[record.stage.project] else {
                        throw StateChangeFailure.noStage(record.stage.name)
                    }
                    transaction.put(try change.changes(in: project, on: transaction.state))
                }
            } else {
                // Hoistway's state is no longer changed.
                guard stateChanges.isEmpty else { return false }
                present.take(finished: record.stepRecords)
            }
            transaction.put([.putPromotion(present), .putStepResults(record.id, results)])
            return isOpen
        }
    }
}

extension PromotionRecord {
    /// Copies steps that have ended after the promotion's end, or after a request to end it.
    fileprivate mutating func take(finished records: [StepRecord]) {
        for record in records where record.status.isFinal {
            if let index = stepRecords.firstIndex(where: { $0.alias == record.alias && $0.uses == record.uses }) {
                stepRecords[index] = record
            } else {
                stepRecords.append(record)
            }
        }
    }
}
