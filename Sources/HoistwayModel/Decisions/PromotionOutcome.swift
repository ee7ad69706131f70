/// What the end of a promotion changes.
package enum PromotionOutcome {
    /// `record` has its final phase.
    package static func changes(
        after record: PromotionRecord,
        stage: Stage?,
        state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        var changes: [Change] = [.putPromotion(record)]
        var stageRecord = state.stages[record.stage] ?? StageRecord(key: record.stage)
        stageRecord.lastPromotion = record.id
        guard record.phase == .succeeded, record.mode == .promote else {
            changes.append(.putStage(stageRecord))
            return record.phase == .succeeded ? changes + observed(record, state: state, now: now) : changes
        }
        let before = stageRecord.history.first?.items ?? [:]
        stageRecord.history.insert(
            StageRecord.Collection(items: record.collection, promotion: record.id, at: now),
            at: 0
        )
        stageRecord.history = Array(stageRecord.history.prefix(StageRecord.maxHistory))
        changes.append(.putStage(stageRecord))
        for (warehouse, id) in before.sorted(by: { $0.key < $1.key }) where record.collection[warehouse] != id {
            changes += leaving(
                FreightKey(project: record.stage.project, id: id),
                stage: record.stage.name,
                state: state,
                now: now
            )
        }
        for id in Set(record.collection.values).sorted(by: { $0.text < $1.text }) {
            let key = FreightKey(project: record.stage.project, id: id)
            changes += arriving(
                key,
                stage: record.stage.name,
                verifies: stage?.hasVerification == false,
                state: state,
                now: now
            )
        }
        return changes
    }

    /// Nothing lies in the stage, but those after it that are observed too go on with it.
    private static func observed(_ record: PromotionRecord, state: PipelineState, now: Timestamp) -> [Change] {
        Set(record.collection.values).sorted { $0.text < $1.text }.compactMap { id in
            guard var freight = state.freight[FreightKey(project: record.stage.project, id: id)],
                freight.observedIn?[record.stage.name] == nil
            else { return nil }
            freight.observedIn = (freight.observedIn ?? [:]).merging([record.stage.name: now]) { _, new in new }
            return .putFreight(freight)
        }
    }

    private static func leaving(_ key: FreightKey, stage: String, state: PipelineState, now: Timestamp) -> [Change] {
        guard var record = state.freight[key], let since = record.currentlyIn.removeValue(forKey: stage) else {
            return []
        }
        if var verification = record.verifiedIn[stage] {
            verification.longestSoak = max(verification.longestSoak ?? .zero, now - since)
            record.verifiedIn[stage] = verification
        }
        return [.putFreight(record)]
    }

    /// A stage without verification verifies when its promotion succeeded.
    private static func arriving(
        _ key: FreightKey,
        stage: String,
        verifies: Bool,
        state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        guard var record = state.freight[key] else { return [] }
        if record.currentlyIn[stage] == nil { record.currentlyIn[stage] = now }
        if verifies, record.verifiedIn[stage] == nil {
            record.verifiedIn[stage] = FreightRecord.Verification(verifiedAt: now)
        }
        return [.putFreight(record)]
    }
}
