/// The changes at the end of a promotion.
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
        let former = stageRecord.history.first
        let before = former?.items ?? [:]
        stageRecord.history.insert(
            StageRecord.Collection(
                items: record.collection,
                promotion: record.id,
                at: now,
                commits: places(after: record, stage: stageRecord),
                undelivered: undelivered(after: record, former: former),
                deliveredCommits: deliveredCommits(after: record, former: former)
            ),
            at: 0
        )
        stageRecord.lost = nil
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
                verification: stage.map {
                    Verification.way(of: $0, hasApplications: !record.applicationChecks.isEmpty)
                },
                isPromoted: id == record.freight,
                withoutEffect: record.withoutEffect,
                state: state,
                now: now
            )
        }
        return changes
    }

    /// Freight that a promotion without effect did not deliver: freight that was not in the stage before.
    private static func undelivered(
        after record: PromotionRecord,
        former: StageRecord.Collection?
    ) -> [String: String]? {
        guard let reason = record.withoutEffect else { return nil }
        let found = record.collection.compactMap { warehouse, id -> (String, String)? in
            guard former?.items[warehouse] == id else { return (warehouse, reason) }
            return former?.undelivered?[warehouse].map { (warehouse, $0) }
        }
        return found.isEmpty ? nil : Dictionary(found) { first, _ in first }
    }

    /// Commits that it did not deliver again are kept.
    private static func deliveredCommits(
        after record: PromotionRecord,
        former: StageRecord.Collection?
    ) -> [DeliveredCommit]? {
        let own = record.withoutEffect == nil ? record.deliveredCommits ?? [] : []
        let kept = (former?.deliveredCommits ?? []).filter { old in
            record.collection[old.warehouse] == former?.items[old.warehouse]
                && !own.contains { $0.warehouse == old.warehouse && $0.carried == old.carried }
        }
        return own.isEmpty && kept.isEmpty ? nil : own + kept
    }

    /// The new heads of the pushed branches; the others are kept.
    private static func places(after record: PromotionRecord, stage: StageRecord) -> [StageRecord.Collection.Place]? {
        let pushed = record.branches.filter(\.isOnStageBranch)
        guard let former = stage.history.first?.commits ?? (stage.history.isEmpty ? [] : nil) else {
            return pushed.isEmpty ? nil : places(former: [], pushed)
        }
        return places(former: former, pushed)
    }

    private static func places(
        former: [StageRecord.Collection.Place],
        _ pushed: [BranchOutcome]
    ) -> [StageRecord.Collection.Place] {
        var places = former
        for outcome in pushed {
            let branch = BranchKey(remote: outcome.remote, branch: outcome.branch)
            places.removeAll { $0.branch == branch }
            places.append(StageRecord.Collection.Place(branch: branch, commit: outcome.commit))
        }
        return places
    }

    /// The changes after a look at the stage's branches: they have lost its freight, or have it again.
    package static func changes(
        finding lost: StageRecord.Lost?,
        in record: StageRecord,
        state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        guard (record.lost == nil) != (lost == nil) || record.lost?.reason != lost?.reason else { return [] }
        var record = record
        let wasLost = record.lost != nil
        record.lost = lost.map { found in
            StageRecord.Lost(branch: found.branch, reason: found.reason, since: record.lost?.since ?? found.since)
        }
        var changes: [Change] = [.putStage(record)]
        guard wasLost != (lost != nil) else { return changes }
        let items = Set((record.history.first?.items ?? [:]).values).sorted { $0.text < $1.text }
        for key in items.map({ FreightKey(project: record.key.project, id: $0) }) {
            if lost != nil {
                changes += leaving(key, stage: record.key.name, state: state, now: now)
            } else {
                changes += arriving(
                    key,
                    stage: record.key.name,
                    verification: nil,
                    isPromoted: false,
                    withoutEffect: nil,
                    state: state,
                    now: now
                )
            }
        }
        return changes
    }

    /// Freight does not enter an observed stage, but counts as observed for the stages after it.
    private static func observed(_ record: PromotionRecord, state: PipelineState, now: Timestamp) -> [Change] {
        guard record.withoutEffect == nil else { return [] }
        return Set(record.collection.values).sorted { $0.text < $1.text }.compactMap { id in
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

    /// Adds freight to a stage.
    ///
    /// A successful promotion with an effect verifies it if the stage has neither verification nor Applications.
    ///
    /// - Parameters:
    ///   - verification: `nil`: the verification does not change.
    ///   - isPromoted: whether an earlier failure of its verification is forgotten.
    private static func arriving(
        _ key: FreightKey,
        stage: String,
        verification: Verification.Way?,
        isPromoted: Bool,
        withoutEffect: String?,
        state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        guard var record = state.freight[key] else { return [] }
        if record.currentlyIn[stage] == nil { record.currentlyIn[stage] = now }
        if isPromoted, withoutEffect == nil { record.forgetFailure(in: stage) }
        if let verification, verification != .byPerson {
            var unverified = record.unverifiedIn ?? [:]
            unverified[stage] = record.verifiedIn[stage] == nil ? withoutEffect : nil
            record.unverifiedIn = unverified.isEmpty ? nil : unverified
        }
        if verification == .atOnce, withoutEffect == nil, record.verifiedIn[stage] == nil,
            record.failedIn?[stage] == nil
        {
            record.verify(in: stage, at: now, by: nil)
        }
        return [.putFreight(record)]
    }
}
