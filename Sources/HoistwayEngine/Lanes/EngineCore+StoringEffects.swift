import HoistwayModel
import HoistwaySteps

extension EngineCore {
    /// Stores what a promotion's steps have done so far, before or after an effect; `false` where the promotion has ended
    /// meanwhile, as by an abort.
    ///
    /// What was done outside is on record in any case.
    @discardableResult
    func store(_ draft: Draft) async throws -> Bool {
        let record = draft.presentRecord
        let results = draft.run.results
        return try await transact { transaction, _ in
            guard var present = transaction.state.promotions[record.id] else { return false }
            let isOpen = !present.phase.isTerminal
            if isOpen {
                let run = present.run
                present = record
                present.run = run
            } else {
                present.stepRecords = record.stepRecords.filter(\.status.isFinal)
            }
            transaction.put([.putPromotion(present), .putStepResults(record.id, results)])
            return isOpen
        }
    }
}
