extension PipelineState {
    /// What a promotion that has not begun waits for, the rest of a sentence; `nil`: it may begin, or has begun.
    ///
    /// One stage's promotions run one after the other.
    package func turn(of record: PromotionRecord) -> String? {
        guard record.phase == .pending, let ahead = openPromotions(of: record.stage).first, ahead.id != record.id else {
            return nil
        }
        let why = ahead.message.isEmpty ? ahead.phase.rawValue.lowercased() : ahead.message
        return "waits for promotion \(ahead.id) (\(why))"
    }
}
