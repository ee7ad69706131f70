extension PromotionRecord {
    /// The first step that failed; a failure that `continueOnError` ignored counts only if there is no other.
    ///
    /// `nil`: no step has failed, or the promotion has succeeded.
    package var failedStep: StepRecord? {
        guard phase != .succeeded else { return nil }
        let failing = zip(stepRecords, steps).filter { record, _ in
            record.failure != nil || record.status == .failed || record.status == .errored
        }
        return (failing.first { !$1.continueOnError } ?? failing.first)?.0
    }
}
