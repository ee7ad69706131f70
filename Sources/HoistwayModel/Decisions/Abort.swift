/// The end of a promotion that a person asks for, at any point of it.
///
/// The request is stored at once. What the promotion has begun outside is settled first, so that its record says what was
/// done; nothing new is begun meanwhile.
package enum Abort {
    /// Ends the promotion, or notes who has asked where something of it is not settled.
    ///
    /// - Parameters:
    ///   - record: of a promotion that has not ended.
    ///   - actor: who asks, as in `token first`.
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
        record.message = "\(actor) has asked for its end: what it has begun outside is settled first"
        record.nextTry = nil
        return [.putPromotion(record)]
    }

    /// Ends those promotions whose end was asked for and of which everything is settled.
    package static func due(
        on state: PipelineState,
        now: Timestamp,
        stage: (StageKey) -> Stage?
    ) -> [Change] {
        state.abortingPromotions.filter { !state.isUnsettled($0) }
            .flatMap { end(of: $0, stage: stage($0.stage), state: state, now: now) }
    }

    /// The end itself, also of one whose effect nobody will hear of any more.
    ///
    /// - Parameter traces: what was found out about steps that the end of the program cut off, by their aliases.
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
