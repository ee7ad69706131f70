/// The waiting notifications: all their limits are here.
package enum Outbox {
    /// The most notices that wait for one target; further ones are dropped and counted.
    package static let maxWaiting = 200
    /// Tries of one notice: about seventy minutes with the pauses between them.
    package static let maxTries = 20
    package static let maxAge: Duration = .seconds(86_400)
    /// The fewest tries at any age: a clock that was set ahead must not lose a notice after one try.
    package static let leastTries = 3

    package struct Posting: Sendable, Equatable {
        package var changes: [Change] = []
        /// Targets whose queue is full.
        package var dropped: [String] = []
    }

    /// Makes one notice for each target that gets the event.
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
