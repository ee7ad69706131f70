extension PromotionRecord {
    /// What a promotion that has not begun waits for, as the rest of a sentence; `nil`: it is its turn.
    ///
    /// The promotions of one stage run one after another.
    ///
    /// - Parameter queue: the stage's open promotions, in the order in which they run.
    package func turn(in queue: [PromotionRecord]) -> String? {
        guard phase == .pending, let ahead = queue.first, ahead.id != id else { return nil }
        return "waits for promotion \(ahead.id) of stage \(stage.name), which \(ahead.standing)"
    }

    private var standing: String {
        if let pull = awaitedPullRequest, isWaiting { return "waits for pull request #\(pull.number)" }
        let what =
            if phase == .pending { "is to run first" } else if isWaiting { "waits" } else {
                nextTry == nil ? "runs" : "is tried again"
            }
        return message.isEmpty ? what : "\(what) (\(message))"
    }
}
