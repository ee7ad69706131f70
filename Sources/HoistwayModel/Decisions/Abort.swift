/// The end of a promotion on a person's request, at any point of the promotion.
///
/// The request is stored at once. First the result of actions that have begun is found out, so that the record is
/// complete; meanwhile nothing new begins.
package enum Abort {
    /// Ends the promotion, or stores the request while the result of an action is not known.
    ///
    /// - Parameters:
    ///   - record: a promotion that has not ended.
    ///   - actor: who requests it, such as `token first`.
    package static func changes(
        _ record: PromotionRecord,
        by actor: String,
        stage: Stage?,
        state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        var record = record
        record.abortedBy = actor
        guard state.isUnsettled(record) else { return end(of: record, stage: stage, state: state, now: now) }
        record.message = "\(actor) has requested its abort: an open push or request is completed first"
        record.nextTry = nil
        return [.putPromotion(record)]
    }

    /// Ends promotions with such a request when the results of all their actions are known.
    package static func due(
        on state: PipelineState,
        now: Timestamp,
        stage: (StageKey) -> Stage?
    ) -> [Change] {
        state.abortingPromotions.filter { !state.isUnsettled($0) }
            .flatMap { end(of: $0, stage: stage($0.stage), state: state, now: now) }
    }

    /// Ends the promotion, even if the result of an action will never be known.
    ///
    /// - Parameter traces: facts about steps that the end of the program interrupted, by their aliases.
    package static func end(
        of record: PromotionRecord,
        stage: Stage?,
        traces: [String: StepTrace] = [:],
        state: PipelineState,
        now: Timestamp
    ) -> [Change] {
        var record = record
        record.phase = .aborted
        record.message = "Promotion terminated by \(record.abortedBy ?? "")"
        record.finishedAt = now
        record.nextTry = nil
        record.trouble = nil
        for index in record.stepRecords.indices where record.stepRecords[index].status == .running {
            if record.stepRecords[index].isOpen ?? false {
                let trace = traces[record.stepRecords[index].alias]
                record.stepRecords[index].message = trace?.text ?? StepRecord.unknownEnd
                if let pull = trace?.pull { record.stepRecords[index].pull = pull }
            }
            record.stepRecords[index].isOpen = nil
            record.stepRecords[index].status = .aborted
        }
        if let open = record.leftOpen { record.message += "; \(open)" }
        return PromotionOutcome.changes(after: record, stage: stage, state: state, now: now)
    }
}
