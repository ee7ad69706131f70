/// Promotions that ran when the program ended suddenly, one of which may be the cause.
package struct AfterCrash: Sendable, Equatable {
    /// New crash counts, and the end of promotions that are set aside.
    package var changes: [Change] = []
    /// Promotions to resume, one at a time, in this order: the least suspect first.
    package var resumed: [PromotionID] = []
    package var setAside: [PromotionID] = []

    package init(_ state: PipelineState, pipelines: Pipelines, now: Timestamp) {
        var suspects: [PromotionRecord] = []
        for record in state.openPromotions {
            guard var mark = record.run, mark.isBegun else { continue }
            var record = record
            if mark.isAlone { mark.crashes += 1 }
            mark.isBegun = false
            record.run = mark
            guard !Self.isToBlame(record, mark, on: state) else {
                setAside.append(record.id)
                changes += Self.end(of: record, pipelines: pipelines, state: state, now: now)
                continue
            }
            changes.append(.putPromotion(record))
            suspects.append(record)
        }
        resumed = suspects.sorted { ($0.run?.crashes ?? 0, $0.id) < ($1.run?.crashes ?? 0, $1.id) }.map(\.id)
    }

    /// Whether the promotion must be set aside.
    ///
    /// A promotion that is pushing gets twice as many tries, to find the result of its push. The push may have
    /// completed the promotion; without the result, the stage would not know the content of its branch.
    private static func isToBlame(_ record: PromotionRecord, _ mark: RunMark, on state: PipelineState) -> Bool {
        let limit = state.isPushing(record.id) ? 2 * RunMark.maxCrashes : RunMark.maxCrashes
        return mark.crashes >= limit
    }

    private static func end(
        of record: PromotionRecord,
        pipelines: Pipelines,
        state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        var record = record
        record.phase = .errored
        record.message =
            "set aside: the program ended suddenly \(record.run?.crashes ?? RunMark.maxCrashes) times while this promotion alone was running; "
            + "the log of the system says why (memory, a signal); then `hoistway retry promotions \(record.id)`"
        record.failure = FailureRecord(
            .crashed,
            kind: .local,
            message: record.message,
            hint: "`hoistway retry promotions \(record.id)`"
        )
        if let open = record.leftOpen { record.message += "; \(open)" }
        record.finishedAt = now
        record.nextTry = nil
        return PromotionOutcome.changes(after: record, stage: pipelines.stage(record.stage), state: state, now: now)
    }
}
