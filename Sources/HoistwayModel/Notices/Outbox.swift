/// What waits to be told, and for how long: all bounds of notifications stand here.
package enum Outbox {
    /// Notices that wait for one target at most; further ones are dropped, and counted.
    package static let maxWaiting = 200
    /// Tries of one notice: some seventy minutes with the pauses between them.
    package static let maxTries = 20
    package static let maxAge: Duration = .seconds(86_400)
    /// However old it is: a clock that was set ahead must not lose what was tried once.
    package static let leastTries = 3

    package struct Posting: Sendable, Equatable {
        package var changes: [Change] = []
        /// Targets whose queue is full.
        package var dropped: [String] = []
    }

    /// One notice for each target that wants to know.
    package static func post(
        _ occurrence: Occurrence,
        to rules: [NoticeRule],
        on state: PipelineState,
        id: () -> String
    ) -> Posting {
        var posting = Posting()
        for rule in rules where rule.wants(occurrence) {
            guard state.notices.values.count(where: { $0.target == rule.target }) < maxWaiting else {
                posting.dropped.append(rule.target)
                continue
            }
            posting.changes.append(.putNotice(Notice(id: id(), target: rule.target, occurrence: occurrence)))
        }
        return posting
    }

    /// The notice with its next try, or `nil` where it is given up.
    package static func retry(_ notice: Notice, now: Timestamp, pause: Duration, retry: Retry) -> Notice? {
        var notice = notice
        notice.attempts += 1
        let isOld = now - notice.occurrence.at >= maxAge && notice.attempts >= leastTries
        guard retry != .never, notice.attempts < maxTries, !isOld else { return nil }
        notice.nextTry = now + pause
        return notice
    }
}
